import holdall.tf1 as tf

g = tf.get_default_graph()
print(g.unique_name('a'), g.unique_name('a'), g.unique_name('A'), g.unique_name('b', mark_as_used=False), g.unique_name('b'))
with tf.name_scope('x') as s:
    print(s, tf.constant(1, name='c').name, tf.constant(1, name='c').op.name)
with tf.name_scope('x') as s:
    print(s, g.get_name_scope())
with tf.name_scope('x/') as s:
    print(s, tf.constant(1, name='c').name)
