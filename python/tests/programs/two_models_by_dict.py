import holdall.tf1 as tf

with tf.variable_scope('m1'):
    a = tf.get_variable('w', initializer=tf.constant([1., 2.]))
with tf.variable_scope('m2'):
    b = tf.get_variable('w', initializer=tf.constant([5., 6.]))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver({'w': a}).save(sess, './one')
    tf.train.Saver({'w': b}).save(sess, './two')
    print(tf.train.list_variables('./one'), tf.train.load_variable('./two', 'w'))
    sess.run([a.assign([0., 0.]), b.assign([0., 0.])])
    tf.train.Saver({'w': a}).restore(sess, './two')
    tf.train.Saver({v.op.name.replace('m2/', ''): v for v in tf.global_variables() if 'm2' in v.name}).restore(sess, './one')
    print(sess.run([a, b]))
