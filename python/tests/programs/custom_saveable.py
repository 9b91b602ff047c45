import holdall.tf1 as tf

from importlib import import_module
BaseSaverBuilder = getattr(tf.train, 'BaseSaverBuilder', None)
if BaseSaverBuilder is None:
    BaseSaverBuilder = import_module('tensorflow.python.training.saver').BaseSaverBuilder
class Half(BaseSaverBuilder.SaveableObject):
    def __init__(self, variable, name):
        spec = BaseSaverBuilder.SaveSpec(variable.value() * 2.0, '', name)
        super(Half, self).__init__(variable, [spec], name)
    def restore(self, restored_tensors, restored_shapes):
        return self.op.assign(restored_tensors[0] / 2.0)
v = tf.Variable([1., 2.], name='v')
tf.add_to_collection(tf.GraphKeys.SAVEABLE_OBJECTS, Half(v, 'twice'))
saver = tf.train.Saver()
with tf.Session() as sess:
    sess.run(v.initializer)
    saver.save(sess, './h')
    print(tf.train.list_variables('./h'), tf.train.load_variable('./h', 'twice'))
    sess.run(v.assign([0., 0.]))
    tf.train.Saver([Half(v, 'twice')]).restore(sess, './h')
    print(sess.run(v))
