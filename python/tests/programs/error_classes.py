import holdall.tf1 as tf

e = tf.errors.NotFoundError(None, None, 'text')
print(e.error_code, e.message, isinstance(e, tf.errors.OpError), tf.errors.DATA_LOSS, issubclass(tf.errors.NotFoundError, ValueError))
print(tf.GraphKeys.GLOBAL_VARIABLES, tf.GraphKeys.TRAINABLE_VARIABLES, tf.GraphKeys.SAVERS)
