import holdall.tf1 as tf

import os
v = tf.Variable(0, name='v')
with tf.Session() as sess:
    sess.run(v.initializer)
    saver = tf.train.Saver(max_to_keep=None)
    for step in range(3):
        saver.save(sess, './k/m', global_step=step)
    print(saver.last_checkpoints, open('k/checkpoint').read())
    other = tf.train.Saver(max_to_keep=1)
    other.set_last_checkpoints(['./k/m-0'])
    other.save(sess, './k/n')
    print(other.last_checkpoints, os.path.exists('k/m-0.index'))
    timed = tf.train.Saver(max_to_keep=1)
    timed.set_last_checkpoints_with_time([('./k/m-1', 1.0)])
    timed.save(sess, './k/o')
    print(os.path.exists('k/m-1.index'), os.path.exists('k/m-2.index'))
