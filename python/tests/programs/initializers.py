import holdall.tf1 as tf

i = [tf.zeros_initializer(), tf.ones_initializer(), tf.constant_initializer(2.5), tf.random_normal_initializer(seed=1), tf.random_uniform_initializer(-1, 1, seed=2), tf.truncated_normal_initializer(stddev=0.1, seed=3), tf.variance_scaling_initializer(seed=4), tf.glorot_uniform_initializer(seed=5), tf.glorot_normal_initializer(seed=6), tf.initializers.he_normal(seed=7), tf.initializers.lecun_uniform(seed=8), tf.uniform_unit_scaling_initializer(seed=9), tf.initializers.identity()]
vs = [tf.get_variable('v%d' % n, [2, 3], initializer=each) for n, each in enumerate(i)]
with tf.Session() as sess:
    sess.run(tf.global_variables_initializer())
    for v in vs:
        print(sess.run(v).tolist())
