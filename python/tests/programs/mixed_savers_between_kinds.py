import holdall.tf1 as tf

with tf.Graph().as_default(), tf.Session() as sess:
    a = tf.get_variable('a', initializer=tf.constant([1., 2.]), use_resource=True)
    sess.run(a.initializer)
    tf.train.Saver().save(sess, './m')
with tf.Graph().as_default(), tf.Session() as sess:
    a = tf.get_variable('a', [2], use_resource=False)
    tf.train.Saver().restore(sess, './m')
    print(sess.run(a))
    tf.train.Saver(name='other').save(sess, './n')
with tf.Graph().as_default(), tf.Session() as sess:
    saver = tf.train.import_meta_graph('./m.meta', import_scope='x')
    saver.restore(sess, './n')
    print(sess.run('x/a/Read/ReadVariableOp:0'), [v.name for v in tf.global_variables()])
