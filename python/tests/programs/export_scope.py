import holdall.tf1 as tf

with tf.variable_scope('inside'):
    v = tf.Variable([1.], name='v')
outside = tf.Variable([2.], name='outside')
meta = tf.train.export_meta_graph(export_scope='inside')
print(sorted(n.name for n in meta.graph_def.node))
tf.reset_default_graph()
tf.train.import_meta_graph(meta, import_scope='moved')
print([v.name for v in tf.global_variables()])
