import holdall.tf1 as tf

step = tf.train.get_or_create_global_step()
print(step.name, step.dtype.base_dtype, tf.train.get_global_step() is step, step in tf.trainable_variables())
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    sess.run(tf.assign_add(step, 41))
    print(tf.train.global_step(sess, step))
    saver = tf.train.Saver()
    print(saver.save(sess, './g', global_step=step), saver.save(sess, './g', global_step='global_step:0'))
try:
    tf.train.create_global_step()
except ValueError as e:
    print(e)
