import holdall.tf1 as tf

def block():
    with tf.variable_scope(None, 'block') as s:
        return s.name, tf.get_variable('w', []).name, tf.Variable(0., name='v').name
print(block(), block())
with tf.variable_scope('outer'):
    print(block(), block())
with tf.variable_scope('outer'):
    print(tf.Variable(1., name='x').name)
