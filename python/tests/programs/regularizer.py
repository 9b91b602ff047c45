import holdall.tf1 as tf

def l2(v):
    return tf.reduce_sum(tf.square(v), name='loss')
with tf.variable_scope('s', regularizer=l2):
    a = tf.get_variable('a', [2], initializer=tf.constant_initializer(3.))
    b = tf.get_variable('b', [2], regularizer=tf.no_regularizer)
losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
print([each.name for each in losses])
with tf.Session() as sess:
    sess.run(a.initializer)
    print(sess.run(losses))
