import holdall.tf1 as tf

with tf.variable_scope('one') as one:
    tf.get_variable('v', [])
with tf.variable_scope('two'):
    with tf.variable_scope(one, reuse=True) as again:
        print(tf.get_variable('v', []).name, again.name, again.original_name_scope)
    print(tf.get_variable('v', []).name)
