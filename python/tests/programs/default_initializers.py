import holdall.tf1 as tf

print([tf.get_variable(n, [2], d).dtype.base_dtype.name for n, d in (('i', tf.int32), ('b', tf.bool), ('s', tf.string))])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print([v.tolist() for v in sess.run(tf.global_variables())])
