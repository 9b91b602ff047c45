import holdall.tf1 as tf

import numpy as np
v = tf.get_variable('v', [4, 3], initializer=tf.orthogonal_initializer(gain=2.0, seed=1))
w = tf.get_variable('w', [2, 5], initializer=tf.orthogonal_initializer(seed=2))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    a, b = sess.run([v, w])
    print(np.round(a, 4).tolist(), np.round(b, 4).tolist())
