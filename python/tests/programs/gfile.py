import holdall.tf1 as tf

import os
tf.gfile.MakeDirs('d/e')
with tf.gfile.GFile('d/e/f.txt', 'w') as f:
    f.write('one\ntwo\n')
print(tf.gfile.Exists('d/e/f.txt'), tf.gfile.IsDirectory('d'), tf.gfile.ListDirectory('d/e'), tf.gfile.Glob('d/e/*.txt'))
print(tf.gfile.Open('d/e/f.txt').read().split())
tf.gfile.Copy('d/e/f.txt', 'd/g.txt')
tf.gfile.Rename('d/g.txt', 'd/h.txt')
tf.gfile.Remove('d/h.txt')
for call in (lambda: tf.gfile.Open('none').read(), lambda: tf.gfile.Remove('none')):
    try:
        call()
    except tf.errors.NotFoundError as e:
        print('NotFoundError')
tf.gfile.DeleteRecursively('d')
print(tf.gfile.Exists('d'))
