import holdall.tf1 as tf

tf.Variable(1., name='v')
saver = tf.train.Saver()
with tf.Session() as sess:
    for path in ('./none', None):
        try:
            saver.restore(sess, path)
        except ValueError as e:
            print(str(e).splitlines()[0])
print(tf.train.latest_checkpoint('.'), tf.train.checkpoint_exists('./none'), tf.train.get_checkpoint_state('.'))
