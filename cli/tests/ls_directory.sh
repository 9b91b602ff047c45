# A directory stands for the newest checkpoint that its state file names.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls tf2_manager
