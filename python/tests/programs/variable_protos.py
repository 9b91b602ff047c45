import holdall.tf1 as tf

v = tf.Variable([1., 2.], name='s/v', trainable=False)
p = v.to_proto()
print(p.variable_name, p.initializer_name, p.snapshot_name, p.trainable, v.to_proto(export_scope='other'))
again = tf.Variable.from_proto(p)
print(again.name, again.trainable, again.value() is v.value())
