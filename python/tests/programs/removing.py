import holdall.tf1 as tf

import os
v = tf.Variable(1., name='v')
with tf.Session() as sess:
    sess.run(v.initializer)
    saver = tf.train.Saver()
    saver.save(sess, './m')
print(tf.train.checkpoint_exists('./m'), sorted(os.listdir('.')))
tf.train.remove_checkpoint('./m')
print(tf.train.checkpoint_exists('./m'), sorted(os.listdir('.')), tf.train.latest_checkpoint('.'))
