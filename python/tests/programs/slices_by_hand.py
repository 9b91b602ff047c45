import holdall.tf1 as tf

a = tf.Variable([[1., 2.]], name='a')
b = tf.Variable([[3., 4.], [5., 6.]], name='b')
a._set_save_slice_info(tf.Variable.SaveSliceInfo('whole', [3, 2], [0, 0], [1, 2]))
b._set_save_slice_info(tf.Variable.SaveSliceInfo('whole', [3, 2], [1, 0], [2, 2]))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver([a, b]).save(sess, './h')
print(tf.train.list_variables('./h'), tf.train.load_variable('./h', 'whole').tolist())
