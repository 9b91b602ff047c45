import holdall.tf1 as tf

with tf.Graph().as_default(), tf.Session() as sess:
    try:
        sess.run([])
        print('ran')
    except RuntimeError as e:
        print(str(e)[:25])
with tf.Session() as sess:
    tf.no_op(name='n')
    print(sess.run('n'), sess.graph is tf.get_default_graph())
