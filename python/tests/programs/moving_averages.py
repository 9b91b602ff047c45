import holdall.tf1 as tf

w = tf.Variable([1., 2.], name='w')
b = tf.Variable(0.5, name='b', trainable=False)
ema = tf.train.ExponentialMovingAverage(0.9)
move = ema.apply([w])
print(ema.average_name(w), ema.average(w).name)
print(sorted((k, v.name) for k, v in ema.variables_to_restore([w]).items()))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(w.assign([3., 4.]))
    sess.run(move)
    print(sess.run(ema.average(w)))
    tf.train.Saver().save(sess, './e')
tf.reset_default_graph()
w = tf.Variable([0., 0.], name='w')
b = tf.Variable(0., name='b', trainable=False)
saver = tf.train.Saver(tf.train.ExponentialMovingAverage(0.9).variables_to_restore([w]))
with tf.Session() as sess:
    saver.restore(sess, './e')
    print(sess.run([w, b]))
