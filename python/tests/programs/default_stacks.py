import holdall.tf1 as tf

a = tf.Graph()
print(tf.get_default_session())
with a.as_default():
    v = tf.constant(4)
    try:
        tf.reset_default_graph()
    except AssertionError:
        print('nested')
with tf.Session(graph=a) as sess:
    print(tf.get_default_graph() is a, tf.get_default_session() is sess, v.eval())
print(tf.get_default_graph() is a)
s = tf.InteractiveSession(graph=a)
print(v.eval())
s.close()
