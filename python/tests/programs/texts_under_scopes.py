import holdall.tf1 as tf

with tf.variable_scope('net'):
    w = tf.get_variable('w', [2], initializer=tf.ones_initializer())
tf.add_to_collection('words', 'net/w:0')
tf.add_to_collection('words', '^net/w')
tf.add_to_collection('count', 3)
tf.train.Saver().export_meta_graph('m.meta')
for scope in (None, 'a', 'a/b'):
    graph = tf.Graph()
    with graph.as_default():
        tf.train.import_meta_graph('m.meta', import_scope=scope)
        print(scope, graph.get_collection('words'), graph.get_collection('count'))
        print([v.name for v in tf.global_variables()])
