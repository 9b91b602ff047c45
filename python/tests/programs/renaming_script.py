import holdall.tf1 as tf

import numpy as np
with tf.Graph().as_default(), tf.Session() as sess:
    tf.Variable([1., 2.], name='conv/w')
    tf.Variable(3., name='conv/b')
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './before')
with tf.Graph().as_default(), tf.Session() as sess:
    for name, shape in tf.train.list_variables('./before'):
        value = tf.train.load_variable('./before', name)
        new = name.replace('conv', 'layer_1')
        print(name, shape, '->', new)
        tf.Variable(value, name=new)
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './after')
print(tf.train.list_variables('./after'), tf.train.load_variable('./after', 'layer_1/w:0'))
