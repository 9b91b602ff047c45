"""Two models in one session: each is declared in its own scope and restored by a saver over just its
variables."""

import holdall.tf1 as tf

sess = tf.Session()

with tf.variable_scope("model1"):
    w1 = tf.Variable(tf.random_normal(shape=[2]), name="w1")
    w2 = tf.Variable(tf.random_normal(shape=[5]), name="w2")
with tf.variable_scope("model2"):
    w3 = tf.Variable(tf.random_normal(shape=[3]), name="w3")
    w4 = tf.Variable(tf.random_normal(shape=[4]), name="w4")

saver1 = tf.train.Saver([v for v in tf.all_variables() if "model1" in v.name])
saver1.restore(sess, "./save/model1")
print("w1 : %s" % w1.eval(sess))
print("w2 : %s" % w2.eval(sess))

saver2 = tf.train.Saver([v for v in tf.all_variables() if "model2" in v.name])
saver2.restore(sess, "./save/model2")
print("w3 : %s" % w3.eval(sess))
print("w4 : %s" % w4.eval(sess))

print("Model restored.")
