import holdall.tf1 as tf

with tf.variable_scope('net'):
    a = tf.Variable(0., name='p')
    b = tf.get_variable('q', [])
with tf.variable_scope('net'):
    c = tf.Variable(0., name='p')
    d = tf.get_variable('r', [])
    try:
        tf.get_variable('q', [])
    except ValueError as e:
        print('already exists' in str(e))
    with tf.name_scope('blk'):
        f = tf.Variable(0., name='p')
        g = tf.get_variable('t', [])
print([v.name for v in (a, b, c, d, f, g)])
print([v.op.name for v in tf.global_variables()])
