import holdall.tf1 as tf

import os
saver = tf.train.Saver(allow_empty=True)
tf.constant(1)
with tf.Session() as sess:
    print(saver.save(sess, './e'), sorted(os.listdir('.')))
    print(saver.restore(sess, './none'))
