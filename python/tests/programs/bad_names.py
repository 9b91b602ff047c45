import holdall.tf1 as tf

for make in (lambda: tf.Variable(0., name='a b'), lambda: tf.name_scope('x:y').__enter__(), lambda: tf.variable_scope(None).__enter__(), lambda: tf.get_variable('q')):
    try:
        make()
        print('made')
    except (ValueError, TypeError) as e:
        print(type(e).__name__)
