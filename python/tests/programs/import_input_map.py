import holdall.tf1 as tf

a = tf.placeholder(tf.float32, [], name='a')
b = tf.multiply(a, 3.0, name='b')
tf.train.export_meta_graph('./g.meta')
tf.reset_default_graph()
mine = tf.constant(5.0, name='mine')
tf.train.import_meta_graph('./g.meta', import_scope='i', input_map={'a': mine})
with tf.Session() as sess:
    print(sess.run('i/b:0'))
