import holdall.tf1 as tf

v = tf.Variable(1., name='v')
w = tf.Variable(2., name='w')
def attempt(*args, **kwargs):
    try:
        tf.train.Saver(*args, **kwargs)
        print('fine')
    except (ValueError, TypeError, AttributeError) as e:
        print(type(e).__name__, str(e)[:40])
attempt([])
attempt({})
attempt([v, v])
attempt({'a': v, 'b': v})
attempt({1: v})
attempt({'a': 3})
attempt([3])
attempt([v], defer_build=True)
attempt([v, w])
