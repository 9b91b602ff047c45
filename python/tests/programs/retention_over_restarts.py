import holdall.tf1 as tf

import os
def run(first, recover):
    with tf.Graph().as_default(), tf.Session() as sess:
        v = tf.Variable(0, name='v')
        saver = tf.train.Saver(max_to_keep=2)
        sess.run(v.initializer)
        if recover:
            saver.recover_last_checkpoints(tf.train.get_checkpoint_state('./r').all_model_checkpoint_paths)
        for step in range(first, first + 2):
            saver.save(sess, './r/m', global_step=step, write_meta_graph=False)
        print(saver.last_checkpoints, sorted(f for f in os.listdir('r') if f.endswith('.index')))
run(0, False)
run(2, False)
run(4, True)
