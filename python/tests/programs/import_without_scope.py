import holdall.tf1 as tf

x = tf.placeholder(tf.float32, [None, 2], name='x')
w = tf.Variable([[1.], [2.]], name='w')
y = tf.matmul(x, w, name='y')
tf.add_to_collection('io', x)
tf.add_to_collection('io', y)
tf.add_to_collection('numbers', 7)
tf.add_to_collection('words', 'abc')
with tf.Session() as sess:
    sess.run(w.initializer)
    tf.train.Saver().save(sess, './m', global_step=2)
tf.reset_default_graph()
saver = tf.train.import_meta_graph('./m-2.meta')
with tf.Session() as sess:
    saver.restore(sess, tf.train.latest_checkpoint('./'))
    g = tf.get_default_graph()
    print(sess.run('y:0', {'x:0': [[1., 1.]]}), sess.run(g.get_tensor_by_name('w:0')))
    print([t.name for t in tf.get_collection('io')], tf.get_collection('numbers'), tf.get_collection('words'))
    print([o.name for o in g.get_operations() if o.type == 'MatMul'])
