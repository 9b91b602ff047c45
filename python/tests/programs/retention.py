import holdall.tf1 as tf

import os
v = tf.Variable(0, name='v')
saver = tf.train.Saver(max_to_keep=2)
with tf.Session() as sess:
    sess.run(v.initializer)
    for step in range(4):
        sess.run(v.assign(step))
        print(saver.save(sess, './r/m', global_step=step), saver.last_checkpoints)
print(sorted(os.listdir('r')))
print(open('r/checkpoint').read())
