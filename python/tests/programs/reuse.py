import holdall.tf1 as tf

with tf.variable_scope('s') as scope:
    a = tf.get_variable('a', [2])
    scope.reuse_variables()
    print(tf.get_variable('a', [2]) is a, scope.reuse)
    try:
        tf.get_variable('b', [2])
    except ValueError as e:
        print('does not exist' in str(e))
with tf.variable_scope('s', reuse=tf.AUTO_REUSE):
    print(tf.get_variable('a', [2]) is a, tf.get_variable('c', [1]).name)
    with tf.variable_scope('t'):
        print(tf.get_variable('d', [1]).name, tf.get_variable('d', [1]).name)
