import holdall.tf1 as tf

parts = tf.create_partitioned_variables([4, 2], [2, 1], tf.zeros_initializer(), name='emb')
print([p.get_shape().as_list() for p in parts])
