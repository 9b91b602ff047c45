import holdall.tf1 as tf

a = tf.Variable([1., 2., 3., 4.], name='a')
with tf.Session() as sess:
    sess.run(a.initializer)
    tf.train.Saver().save(sess, './q')
tf.reset_default_graph()
a = tf.Variable([[0., 0.], [0., 0.]], name='a')
with tf.Session() as sess:
    tf.train.Saver(reshape=True).restore(sess, './q')
    print(sess.run(a))
