import holdall.tf1 as tf

with tf.variable_scope('a'):
    with tf.variable_scope(''):
        print(tf.get_variable('v', []).name)
with tf.variable_scope(''):
    print(tf.get_variable('v', []).name)
with tf.name_scope('n'):
    with tf.variable_scope('a', auxiliary_name_scope=False):
        print(tf.Variable(0., name='q').name, tf.get_variable('z', []).name)
