import holdall.tf1 as tf

with tf.variable_scope('old'):
    tf.get_variable('a', initializer=tf.constant([1., 2.]))
    tf.get_variable('b', initializer=tf.constant(3.))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './c')
tf.reset_default_graph()
with tf.variable_scope('x'):
    a = tf.get_variable('a', [2])
    b = tf.get_variable('b', [])
with tf.variable_scope('y'):
    c = tf.get_variable('a', [2])
    d = tf.get_variable('b', [])
tf.train.init_from_checkpoint('./c', {'old/': 'x/'})
tf.train.init_from_checkpoint('./c', {'old/a': c, 'old/b': 'y/b'})
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([a, b, c, d]))
