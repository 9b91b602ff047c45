import holdall.tf1 as tf

x = tf.placeholder(tf.float32, [2], name='x')
y = tf.placeholder_with_default(tf.constant(3.0), [], name='y')
z = x * y
with tf.Session() as sess:
    print(sess.run(z, {x: [1, 2]}), sess.run(z, {'x:0': [1, 2], y: 2}), sess.run(z, {z: [9., 9.]}))
    for feed in ({}, {x: [1, 2, 3]}, {'no:0': 1}, {x: tf.constant([1., 2.])}):
        try:
            sess.run(z, feed)
        except Exception as e:
            print(type(e).__name__)
