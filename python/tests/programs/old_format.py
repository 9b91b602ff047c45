import holdall.tf1 as tf

import os
a = tf.Variable([1., 2.], name='a')
b = tf.Variable([[3]], name='b')
saver = tf.train.Saver(write_version=tf.train.SaverDef.V1)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    path = saver.save(sess, './old', global_step=5)
    print(path, sorted(os.listdir('.')))
    sess.run(a.assign([0., 0.]))
    saver.restore(sess, path)
    print(sess.run(a), tf.train.latest_checkpoint('.'), tf.train.checkpoint_exists(path))
reader = tf.train.NewCheckpointReader(path)
print(sorted(reader.get_variable_to_shape_map().items()), reader.get_tensor('b'))
