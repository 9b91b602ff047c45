import holdall.tf1 as tf
from google.protobuf import any_pb2

asset = any_pb2.Any(type_url='type.example/asset', value=b'\x01\x02')
tf.get_variable('w', [1])
tf.add_to_collection('assets', asset)
meta = tf.train.export_meta_graph('m.meta')
print(meta.collection_def['assets'].WhichOneof('kind'), len(meta.collection_def['assets'].any_list.value))
with tf.Graph().as_default() as graph:
    tf.train.import_meta_graph('m.meta')
    print([(each.type_url, each.value) for each in graph.get_collection('assets')])
    again = tf.train.export_meta_graph()
    print(again.collection_def['assets'] == meta.collection_def['assets'])
    print(again.meta_info_def.stripped_default_attrs, bool(again.meta_info_def.tensorflow_version))
print(tf.train.export_meta_graph(strip_default_attrs=True).meta_info_def.stripped_default_attrs)
