import holdall.tf1 as tf

tf.get_variable('w', initializer=tf.reshape(tf.range(6.), [3, 2]))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './c')
tf.reset_default_graph()
with tf.variable_scope('s'):
    w = tf.get_variable('w', [3, 2], partitioner=tf.fixed_size_partitioner(2))
tf.train.init_from_checkpoint('./c', {'/': 's/'})
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(w.as_tensor()).tolist())
