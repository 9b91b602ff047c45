import holdall.tf1 as tf

print(tf.train.get_global_step())
with tf.variable_scope('model'):
    step = tf.train.get_or_create_global_step()
print(step.name, step.dtype.base_dtype.name, step.get_shape(), step in tf.trainable_variables())
print(tf.train.get_global_step() is step, len(tf.get_collection(tf.GraphKeys.GLOBAL_STEP)))
try:
    tf.train.create_global_step()
except ValueError as e:
    print(e)
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(tf.assign_add(step, 5))
    print(tf.train.global_step(sess, step))
for value in ([1, 2], 1.5):
    with tf.Graph().as_default():
        tf.constant(value, name='global_step')
        try:
            tf.train.get_global_step()
        except TypeError as e:
            print(e)
try:
    tf.train.assert_global_step('seven')
except TypeError as e:
    print(e)
with tf.Graph().as_default():
    tf.add_to_collection(tf.GraphKeys.GLOBAL_STEP, tf.constant(1))
    tf.add_to_collection(tf.GraphKeys.GLOBAL_STEP, tf.constant(2))
    print(tf.train.get_global_step())
