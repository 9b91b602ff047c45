import holdall.tf1 as tf

v = tf.Variable(1.0, name='v')
up = v.assign_add(1.0)
s, t = tf.Session(), tf.Session()
for each in (s, t):
    each.run(v.initializer)
print(s.run(up), s.run(up), t.run(v))
s.close()
try:
    s.run(v)
except RuntimeError as e:
    print(str(e))
print(t.run(v))
