import holdall.tf1 as tf

t = tf.constant([[1., 5., 3.], [4., 2., 6.]])
with tf.Session() as sess:
    print(sess.run([tf.reduce_sum(t), tf.reduce_mean(t, 0), tf.reduce_max(t, axis=1), tf.reduce_min(t), tf.reduce_prod(t, 1)]))
    print(sess.run([tf.argmax(t, 1), tf.argmin(t, 0), tf.reduce_sum(t, 1, keepdims=True), tf.matmul(t, t, transpose_b=True)]))
    print(sess.run([tf.cast(t, tf.int32), tf.cast([1, 0], tf.bool), tf.cast([2.7, -2.7], tf.int64), tf.complex(1., 2.), tf.clip_by_value(t, 2., 4.)]))
