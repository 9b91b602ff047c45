import holdall.tf1 as tf

v = tf.Variable(0, name='v')
up = v.count_up_to(2)
with tf.Session() as sess:
    sess.run(v.initializer)
    print(sess.run(up), sess.run(up))
    try:
        sess.run(up)
    except tf.errors.OutOfRangeError as e:
        print('Reached limit of 2' in str(e))
