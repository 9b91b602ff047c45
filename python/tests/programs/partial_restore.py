import holdall.tf1 as tf

a = tf.get_variable('a', initializer=tf.constant([1., 2.]))
b = tf.get_variable('b', initializer=tf.constant(3))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './p')
tf.reset_default_graph()
a = tf.get_variable('a', [2])
b = tf.get_variable('b', [4])
c = tf.get_variable('c', [1], initializer=tf.zeros_initializer())
reader = tf.train.NewCheckpointReader('./p')
shapes = reader.get_variable_to_shape_map()
chosen = [v for v in tf.global_variables() if v.op.name in shapes and v.get_shape().as_list() == shapes[v.op.name]]
print(sorted(shapes.items()), [v.name for v in chosen])
with tf.Session() as sess:
    sess.run(c.initializer)
    tf.train.Saver(chosen).restore(sess, './p')
    print(sess.run([a, c]), sess.run(tf.report_uninitialized_variables()))
