import holdall.tf1 as tf

v = tf.Variable(1., name='v')
saver = tf.train.Saver(defer_build=True)
w = tf.Variable(2., name='w')
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    try:
        saver.save(sess, './d')
    except RuntimeError as e:
        print(e)
    saver.build()
    print(saver.save(sess, './d'), tf.train.list_variables('./d'))
