import holdall.tf1 as tf

v = tf.Variable(1., name='v')
saver = tf.train.Saver(max_to_keep=3, name='keeper')
definition = saver.as_saver_def()
print(definition.filename_tensor_name, definition.save_tensor_name, definition.restore_op_name, definition.max_to_keep)
again = tf.train.Saver(saver_def=definition)
with tf.Session() as sess:
    sess.run(v.initializer)
    print(again.save(sess, './p'))
    sess.run(v.assign(5.))
    tf.train.Saver.from_proto(saver.to_proto()).restore(sess, './p')
    print(sess.run(v))
