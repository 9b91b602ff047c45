import holdall.tf1 as tf

x = tf.placeholder(tf.float32, [2], name='x')
y = tf.subtract(x, 1.0, name='y')
z = tf.multiply(y, 2.0, name='z')
graph_def = tf.get_default_graph().as_graph_def()
print([(n.name, n.op, list(n.input)) for n in graph_def.node if n.op != 'Const'])
tf.reset_default_graph()
other = tf.constant([10., 20.], name='other')
(out,) = tf.import_graph_def(graph_def, input_map={'y:0': other}, return_elements=['z:0'], name='moved')
print(out.name, sorted(o.name for o in tf.get_default_graph().get_operations()))
with tf.Session() as sess:
    print(sess.run(out))
