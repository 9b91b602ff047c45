"""Builds the variables of model1 in their own scope, initialises them and saves them."""

import sys

import holdall.tf1 as tf

# A number on the command line makes the random values repeatable.
if len(sys.argv) > 1:
    tf.set_random_seed(int(sys.argv[1]))

with tf.variable_scope("model1"):
    w1 = tf.Variable(tf.random_normal(shape=[2]), name="w1")
    w2 = tf.Variable(tf.random_normal(shape=[5]), name="w2")

saver = tf.train.Saver()
sess = tf.Session()
sess.run(tf.global_variables_initializer())
print("Model saved in %s" % saver.save(sess, "./save/model1"))
