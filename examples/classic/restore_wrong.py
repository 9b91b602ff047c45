"""The mistake this library is about: a saver over all variables cannot restore the checkpoint of one
model, since the other's variables are not in it. The error says so, and which scope would fit."""

import sys

import holdall.tf1 as tf

sess = tf.Session()

with tf.variable_scope("model1"):
    w1 = tf.Variable(tf.random_normal(shape=[2]), name="w1")
    w2 = tf.Variable(tf.random_normal(shape=[5]), name="w2")
with tf.variable_scope("model2"):
    w3 = tf.Variable(tf.random_normal(shape=[3]), name="w3")
    w4 = tf.Variable(tf.random_normal(shape=[4]), name="w4")

saver = tf.train.Saver()
try:
    saver.restore(sess, "./save/model1")
except tf.errors.NotFoundError as error:
    sys.exit("NotFoundError: %s" % error)
print("Model restored.")
