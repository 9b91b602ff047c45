import holdall.tf1 as tf

with tf.variable_scope('net'):
    tf.get_variable('w', initializer=tf.constant([1., 2.]))
    tf.get_variable('b', initializer=tf.constant(3.))
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    tf.train.Saver().save(sess, './c')
tf.reset_default_graph()
with tf.variable_scope('net'):
    w = tf.get_variable('w', [2])
    c = tf.get_variable('c', [])
    d = tf.get_variable('d', [], initializer=tf.zeros_initializer())
tf.train.warm_start('./c', vars_to_warm_start='.*[wc]', var_name_to_prev_var_name={'net/c': 'net/b'})
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    print(sess.run([w, c, d]))
