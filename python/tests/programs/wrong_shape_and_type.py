import holdall.tf1 as tf

with tf.Graph().as_default(), tf.Session() as sess:
    a = tf.Variable([1., 2.], name='a')
    sess.run(a.initializer)
    tf.train.Saver().save(sess, './k')
for value in ([1., 2., 3.], [1, 2]):
    with tf.Graph().as_default(), tf.Session() as sess:
        tf.Variable(value, name='a')
        try:
            tf.train.Saver().restore(sess, './k')
        except tf.errors.InvalidArgumentError as e:
            text = str(e)
            print('lhs shape= [3] rhs shape= [2]' in text, 'expected dtype int32 does not equal original dtype float' in text)
