import holdall.tf1 as tf

def custom(getter, name, *args, **kwargs):
    print('making', name, kwargs.get('shape'))
    return getter(name, *args, **kwargs) * 2.0
with tf.variable_scope('s', custom_getter=custom):
    doubled = tf.get_variable('w', [2], initializer=tf.ones_initializer())
print(doubled.op.type, [v.name for v in tf.global_variables()])
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run(doubled))
