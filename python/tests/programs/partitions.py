import holdall.tf1 as tf

p = tf.get_variable('p', initializer=tf.constant([[0., 1.], [2., 3.], [4., 5.], [6., 7.], [8., 9.]]), partitioner=tf.fixed_size_partitioner(2))
print(p.name, len(p), [v.name for v in p], p.get_shape().as_list(), [v.get_shape().as_list() for v in p])
print([v._get_save_slice_info().spec for v in p])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(p.as_tensor()).tolist())
    tf.train.Saver().save(sess, './p')
print(tf.train.list_variables('./p'), tf.train.load_variable('./p', 'p').tolist())
tf.reset_default_graph()
with tf.variable_scope('s', partitioner=tf.fixed_size_partitioner(3)):
    q = tf.get_variable('p', [5, 2])
whole = tf.get_variable('whole', [5, 2])
with tf.Session() as sess:
    tf.train.Saver({'p': q}).restore(sess, './p')
    tf.train.Saver({'p': whole}).restore(sess, './p')
    print([v.tolist() for v in sess.run(list(q))], sess.run(whole).tolist())
