import holdall.tf1 as tf

t = tf.reshape(tf.range(6), [2, 3])
x = tf.placeholder(tf.float32, [None, 3])
print(t.shape, x.shape, tf.transpose(t).shape, tf.expand_dims(t, 0).shape, tf.concat([t, t], 1).shape, tf.reshape(x, [-1]).shape)
with tf.Session() as sess:
    print(sess.run([tf.shape(t), tf.size(t), tf.rank(t), t[1], t[:, 1], t[0, 2], t[::-1, 1:], tf.transpose(t)]))
    print(sess.run([tf.concat([t, t], 0), tf.stack([t[0], t[1]], 1), tf.split(t, 3, 1)[2], tf.squeeze([[1, 2]]), tf.gather(t, [1, 0]), tf.tile([1, 2], [2])]))
    print(sess.run([tf.slice(t, [0, 1], [2, 2]), tf.reverse([1, 2, 3], [0]), tf.where([True, False], [1, 2], [3, 4]), tf.zeros_like(t), tf.ones_like(t), tf.fill([2], 7)]))
    print([v.tolist() for v in sess.run(tf.unstack(t))], sess.run(tf.split(tf.range(5), [2, 3])[1]))
