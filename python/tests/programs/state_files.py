import holdall.tf1 as tf

import os
v = tf.Variable(1., name='v')
with tf.Session() as sess:
    sess.run(v.initializer)
    saver = tf.train.Saver(save_relative_paths=True)
    saver.save(sess, os.path.join(os.getcwd(), 's', 'm'), global_step=7, latest_filename='best')
    print(open('s/best').read())
    plain = tf.train.Saver(pad_step_number=True)
    print(plain.save(sess, './s/n', global_step=7))
print(tf.train.latest_checkpoint('s'), tf.train.latest_checkpoint('s', 'best'))
state = tf.train.get_checkpoint_state('s')
print(state.model_checkpoint_path, list(state.all_model_checkpoint_paths))
tf.train.update_checkpoint_state('s', 's/m-7', ['s/n-00000007', 's/m-7'])
print(open('s/checkpoint').read(), tf.train.latest_checkpoint('s'))
print(tf.train.generate_checkpoint_state_proto('/abs', '/abs/x', ['/abs/y']))
print(len(tf.train.get_checkpoint_mtimes(['s/m-7', 'none'])))
