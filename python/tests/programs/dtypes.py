import holdall.tf1 as tf

print(tf.float32, repr(tf.int64), tf.as_dtype('float64') == tf.float64, tf.as_dtype(1).name, tf.float32.is_floating, tf.int8.max, tf.bool.is_bool)
v = tf.Variable([1], name='v')
print(v.dtype.base_dtype == tf.int32, tf.constant(1.5).dtype.name, tf.constant([1, 2]).dtype.name, tf.constant('a').dtype.name, tf.constant(2 ** 40).dtype.name)
