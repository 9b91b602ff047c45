import holdall.tf1 as tf

import numpy as np
tf.Variable([[1, 2]], name='i')
tf.Variable(0.5, name='f')
tf.Variable(['a', 'bc'], name='s')
tf.Variable(True, name='t')
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './r')
r = tf.train.NewCheckpointReader('./r')
print(r.has_tensor('i'), r.has_tensor('x'), sorted(r.get_variable_to_shape_map().items()))
print(sorted((k, v.name) for k, v in r.get_variable_to_dtype_map().items()))
print(r.get_tensor('i'), r.get_tensor('f'), r.get_tensor('s').tolist(), r.get_tensor('t'))
print(r.debug_string().decode())
try:
    r.get_tensor('x')
except Exception as e:
    print('not found in checkpoint' in str(e))
