import holdall.tf1 as tf

from collections import namedtuple, OrderedDict
a, b = tf.constant(1), tf.constant([2., 3.])
Pair = namedtuple('Pair', 'x y')
with tf.Session() as sess:
    print(sess.run([a, (b, [a])]), sess.run({'k': a, 'l': [b]}), sess.run(Pair(a, b)), sess.run([]))
    print(sess.run(OrderedDict([('z', a), ('y', b)])), sess.run('Const:0'), sess.run('Const'), type(sess.run(a)).__name__)
    for bad in (None, 3, 'nothing:0', 'bad name'):
        try:
            sess.run(bad)
        except (TypeError, ValueError) as e:
            print(type(e).__name__)
