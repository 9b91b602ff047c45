import holdall.tf1 as tf

for path in ('./none.meta', './empty.meta', './bad.meta'):
    if path != './none.meta':
        open(path, 'w').write('' if 'empty' in path else 'this is no message')
    try:
        print(tf.train.import_meta_graph(path))
    except IOError as e:
        print('IOError')
