import holdall.tf1 as tf

import os
with tf.device('/cpu:0'):
    a = tf.Variable([1.], name='a')
b = tf.Variable([2., 3.], name='b')
saver = tf.train.Saver(sharded=True)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    os.mkdir('sh')
    print(saver.save(sess, './sh/m', global_step=1))
    sess.run([a.assign([0.]), b.assign([0., 0.])])
    saver.restore(sess, './sh/m-1')
    print(sess.run([a, b]), sorted(os.listdir('sh')))
