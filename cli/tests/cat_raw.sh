# The elements, little-endian, though the file's are big-endian.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls big_endian/big
holdall cat big_endian/big f32 | od -An -tx1
