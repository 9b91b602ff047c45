import holdall.tf1 as tf

a = tf.get_variable('a', [2], initializer=tf.zeros_initializer())
with tf.Session() as sess:
    sess.run(a.initializer)
    tf.train.Saver().save(sess, './k')
b = tf.get_variable('b', [2])
with tf.Session() as sess:
    try:
        tf.train.Saver().restore(sess, './k')
    except tf.errors.NotFoundError as e:
        print('Key b not found in checkpoint' in str(e), e.error_code, str(e).split('.')[0])
