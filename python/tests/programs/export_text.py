import holdall.tf1 as tf

v = tf.Variable([1.], name='v')
meta = tf.train.export_meta_graph('./g.meta', as_text=True)
print(sorted(meta.collection_def), [n.name for n in meta.graph_def.node])
tf.reset_default_graph()
print(tf.train.import_meta_graph('./g.meta') is not None, [v.name for v in tf.global_variables()])
