import holdall.tf1 as tf

a = tf.constant(1, name='a')
g = tf.get_default_graph()
print(g.get_tensor_by_name('a:0') is a, g.get_operation_by_name('a') is a.op, g.as_graph_element('a:0') is a)
for call in (lambda: g.get_tensor_by_name('b:0'), lambda: g.get_tensor_by_name('a'), lambda: g.get_operation_by_name('z'), lambda: g.get_tensor_by_name('a:1'), lambda: g.get_operation_by_name('a:0'), lambda: g.get_tensor_by_name(3), lambda: g.as_graph_element(3.5)):
    try:
        call()
    except (KeyError, ValueError, TypeError) as e:
        print(type(e).__name__)
g.finalize()
try:
    tf.constant(2)
except RuntimeError as e:
    print(e)
