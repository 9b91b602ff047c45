import holdall.tf1 as tf

with tf.variable_scope('r', use_resource=True):
    a = tf.get_variable('a', initializer=tf.constant([1., 2.]))
b = tf.Variable([3.], name='b', use_resource=True)
print(a.name, b.op.type, a.dtype.name, [o.name for o in tf.get_default_graph().get_operations() if o.name.startswith('b')])
saver = tf.train.Saver()
with tf.Session() as sess:
    try:
        sess.run(a)
    except tf.errors.FailedPreconditionError as e:
        print('r/a' in str(e))
    sess.run(tf.global_variables_initializer())
    print(sess.run(a.assign_add([1., 1.])), sess.run([a, b]))
    saver.save(sess, './r')
    sess.run(a.assign([0., 0.]))
    saver.restore(sess, './r')
    print(sess.run(a), tf.train.list_variables('./r'))
