import holdall.tf1 as tf

a = tf.Variable(1., name='s/a', trainable=False)
b = tf.Variable(2., name='s1/b', collections=['mine'])
c = tf.Variable(3., name='c', collections=[tf.GraphKeys.LOCAL_VARIABLES], trainable=False)
print([v.name for v in tf.global_variables()], [v.name for v in tf.trainable_variables()], [v.name for v in tf.local_variables()])
print([v.name for v in tf.get_collection('mine')], [v.name for v in tf.global_variables('s')], tf.global_variables('x'))
tf.add_to_collections(['p', 'q'], 5)
tf.get_collection_ref('p').append(6)
print(tf.get_collection('p'), tf.get_collection('q'), sorted(tf.get_default_graph().get_all_collection_keys()))
