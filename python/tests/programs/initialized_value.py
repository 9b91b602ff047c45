import holdall.tf1 as tf

a = tf.Variable([1., 2.], name='a')
b = tf.Variable(a.initialized_value() * 2.0, name='b')
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([a, b]))
    sess.run(a.assign([5., 5.]))
    print(sess.run(a.initialized_value()))
