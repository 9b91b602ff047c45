import holdall.tf1 as tf

# A saver goes by the names of its nodes: any session that has them will do.
w = tf.get_variable('w', initializer=tf.constant([1., 2.]))
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    saver.save(sess, './m')
copy = tf.Graph()
with copy.as_default():
    tf.train.import_meta_graph('./m.meta')
with tf.Session(graph=copy) as sess:
    saver.restore(sess, './m')
    print(sess.run('w:0'))
    sess.run(copy.get_operation_by_name('save/restore_all'), {'save/Const:0': './m'})
    print(sess.run('w:0'))
    print(saver.save(sess, './n', write_meta_graph=False))
other = tf.Graph()
with other.as_default():
    tf.get_variable('w', [2])
with tf.Session(graph=other) as sess:
    for call in (saver.save, saver.restore):
        try:
            call(sess, './m')
        except TypeError as e:
            print(e)
