import holdall.tf1 as tf

import os
tf.constant(1, name='one')
print(tf.train.write_graph(tf.get_default_graph(), './logs/deep', 'g.pb', as_text=False))
definition = tf.GraphDef()
definition.ParseFromString(open('logs/deep/g.pb', 'rb').read())
print([n.name for n in definition.node])
tf.train.write_graph(definition, './logs', 'g.pbtxt')
print('name: "one"' in open('logs/g.pbtxt').read())
