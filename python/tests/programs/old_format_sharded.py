import holdall.tf1 as tf

import os
a = tf.Variable([1., 2.], name='a')
saver = tf.train.Saver(write_version=tf.train.SaverDef.V1, sharded=True)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    path = saver.save(sess, './old')
    print(path, sorted(os.listdir('.')))
    sess.run(a.assign([0., 0.]))
    saver.restore(sess, path)
    print(sess.run(a))
