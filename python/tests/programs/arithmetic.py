import holdall.tf1 as tf

a = tf.constant([7, -7], name='a')
b = tf.constant([2, 2], name='b')
f = tf.constant([7., -7.])
with tf.Session() as sess:
    print(sess.run([a + b, a - b, a * b, a // b, a % b, a / b, -a, abs(a), 2 - a, a > b, tf.equal(a, b)]))
    print(sess.run([f / 2.0, f // 2.0, f % 4.0, f ** 2.0, tf.maximum(f, 0.), tf.square(f), tf.sign(f), tf.add_n([f, f])]))
    print(sess.run([tf.sqrt([4., 9.]), tf.exp([0.]), tf.log([1.]), tf.sigmoid([0.]), tf.nn.relu([-1., 1.]), tf.nn.softmax([0., 0.])]))
try:
    a + f
except (TypeError, ValueError) as e:
    print('cannot')
print((a + b).name, (a + 1).op.name, tf.add(a, b).name, (f * 2.0).op.inputs[1].name)
