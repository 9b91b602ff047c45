import holdall.tf1 as tf

shapes = ([9, 2], [1, 7], [6, 3, 2], [0, 4])
for dtype in (tf.float32, tf.float64, tf.int8, tf.string):
    for shape in shapes:
        shape = tf.TensorShape(shape)
        print(dtype.name, shape.as_list(),
              tf.fixed_size_partitioner(4)(shape), tf.fixed_size_partitioner(4, axis=1)(shape),
              tf.min_max_variable_partitioner(4, min_slice_size=16)(shape, dtype),
              tf.min_max_variable_partitioner(9, 1, min_slice_size=5, bytes_per_string_element=3)(shape, dtype))
        if shape.num_elements():
            print(tf.variable_axis_size_partitioner(24)(shape, dtype),
                  tf.variable_axis_size_partitioner(1, axis=1, max_shards=3)(shape, dtype),
                  tf.variable_axis_size_partitioner(100, 0, 7)(shape, dtype))
for make in (lambda: tf.variable_axis_size_partitioner(0), lambda: tf.variable_axis_size_partitioner(1, 0, 0),
             lambda: tf.variable_axis_size_partitioner(1, max_shards=-1),
             lambda: tf.min_max_variable_partitioner(axis=2)(tf.TensorShape([4]), tf.float32)):
    try:
        make()
    except ValueError as e:
        print(str(e).split(' Currently')[0])
