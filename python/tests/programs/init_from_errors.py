import holdall.tf1 as tf

tf.get_variable('a', initializer=tf.constant([1., 2.]))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './c')
with tf.variable_scope('s'):
    b = tf.get_variable('b', [3])
for mapping in ({'none': b}, {'a': b}, {'x/': 's/'}, {'a': 's/'}):
    try:
        tf.train.init_from_checkpoint('./c', mapping)
        print('fine')
    except ValueError as e:
        print(str(e).split(' checkpoint')[0])
