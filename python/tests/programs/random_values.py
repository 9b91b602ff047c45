import holdall.tf1 as tf

ops = [tf.random_normal([3], seed=1), tf.random_uniform([3], seed=2), tf.truncated_normal([5], seed=3), tf.random_uniform([4], 0, 10, tf.int32, seed=4), tf.random_normal([2], mean=5.0, stddev=0.1, seed=5, dtype=tf.float64)]
for _ in range(2):
    with tf.Session() as sess:
        for op in ops:
            print(sess.run(op).tolist(), sess.run(op).tolist())
