import holdall.tf1 as tf

v = tf.Variable([1., 2.], name='v')
with tf.Session() as sess:
    sess.run(v.initializer)
    v.load([5., 6.], sess)
    print(v.eval(), (v + 1.0).eval(), v.value().eval(), sess.run(v.read_value()))
    print(v.assign([7., 8.]).eval(), sess.run(v.assign_sub([1., 1.])), sess.run(v))
try:
    v.load([1., 2.])
except ValueError as e:
    print(str(e)[:30])
try:
    v.eval()
except ValueError as e:
    print(str(e)[:40])
