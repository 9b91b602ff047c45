import holdall.tf1 as tf

v = tf.Variable(0, name='v')
up = v.assign_add(1)
with tf.control_dependencies([up]):
    after = tf.identity(v.read_value())
both = tf.group(up, tf.no_op(), name='both')
print(both.name, [o.name for o in after.op.control_inputs] or 'direct', both.type)
with tf.Session() as sess:
    sess.run(v.initializer)
    print(sess.run(after), sess.run(both), sess.run(v))
