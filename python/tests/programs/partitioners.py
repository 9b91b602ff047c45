import holdall.tf1 as tf

for part, shape in ((tf.fixed_size_partitioner(3, axis=1), [2, 7]), (tf.variable_axis_size_partitioner(24), [9, 2]), (tf.min_max_variable_partitioner(4, min_slice_size=16), [6, 2])):
    v = tf.get_variable('v%d' % shape[0], shape, partitioner=part)
    print([p.get_shape().as_list() for p in v])
try:
    tf.get_variable('bad', [4, 4], partitioner=lambda shape, dtype: [2, 2])
except ValueError as e:
    print('ValueError')
