import holdall.tf1 as tf

with tf.variable_scope('model1'):
    w1 = tf.Variable(tf.constant([1., 2.]), name='w1')
s1 = tf.train.Saver()
with tf.variable_scope('model2'):
    w2 = tf.Variable(tf.constant([3.]), name='w2')
s2 = tf.train.Saver([w2])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(s1.save(sess, './save/model1'), s2.save(sess, './save/model2'))
with tf.Session() as sess:
    s1.restore(sess, './save/model1')
    s2.restore(sess, './save/model2')
    print('w1 : %s' % w1.eval(), 'w2 : %s' % w2.eval(sess))
    print(open('save/checkpoint').read())
