import holdall.tf1 as tf

v = tf.Variable(tf.constant([1.5, 2.5]), name='v')
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    saver.save(sess, './m')
    sess.run(v.assign([7., 8.]))
    saver.save(sess, './n')
tf.reset_default_graph()
first = tf.train.import_meta_graph('./m.meta', import_scope='first')
second = tf.train.import_meta_graph('./m.meta', import_scope='second')
print([v.name for v in tf.global_variables()], [v.name for v in tf.trainable_variables()])
with tf.Session() as sess:
    first.restore(sess, './m')
    second.restore(sess, './n')
    print(sess.run(tf.global_variables()), sess.run('second/v:0'))
