import holdall.tf1 as tf

tf.get_variable('a', [2])
def attempt(**kwargs):
    with tf.variable_scope('', reuse=kwargs.pop('reuse', None)):
        try:
            print(tf.get_variable(**kwargs).name)
        except (ValueError, TypeError) as e:
            print(type(e).__name__)
attempt(name='a', shape=[3], reuse=True)
attempt(name='a', dtype=tf.int32, reuse=True)
attempt(name='n', shape=[2], initializer=tf.constant([1., 2.]))
attempt(name='m')
attempt(name='k', initializer=lambda: tf.constant([1., 2.]))
attempt(name='c', shape=[1], dtype=tf.complex64)
