import holdall.tf1 as tf

def model(value):
    graph = tf.Graph()
    with graph.as_default():
        v = tf.Variable(value, name='v')
        saver = tf.train.Saver()
        session = tf.Session(graph=graph)
        session.run(tf.global_variables_initializer())
    return v, saver, session
a, b = model(1.), model(2.)
print(a[1].save(a[2], './a'), b[1].save(b[2], './b'))
a[1].restore(a[2], './b')
print(a[2].run(a[0]), b[2].run(b[0]))
