# The header is NumPy's, and the elements begin at byte 128.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall cat partitioned/partitioned rows --npy | head -c 128 | tr -d '\223\000\001'
holdall cat partitioned/partitioned rows --npy | wc -c
