import holdall.tf1 as tf

import os
v = tf.Variable([1.], name='v')
with tf.Session() as sess:
    print(sess.run(tf.is_variable_initialized(v)), sess.run(tf.report_uninitialized_variables()))
    try:
        sess.run(v)
    except tf.errors.FailedPreconditionError as e:
        print('Attempting to use uninitialized value v' in str(e))
    try:
        os.mkdir('d')
        tf.train.Saver().save(sess, './d/u')
    except tf.errors.FailedPreconditionError as e:
        print('Attempting to use uninitialized value v' in str(e))
    sess.run(v.initializer)
    print(sess.run(tf.is_variable_initialized(v)), sess.run(tf.report_uninitialized_variables()))
