# TensorFlow 2's objects: by the names in the file, by their paths, by their variables' names; a plan
# takes the names that a restore would.
cd "$TESTDATA/tf_bundle/testdata/good"
for view in raw object variable; do holdall ls tf2_objects --names $view; done
holdall ls keras3/train --names object --select '*/moving_*/**' --select '**/moving_*'
holdall ls keras3/train --names variable --select '**/moving_*'
holdall plan keras3/train --select '**/moving_*'
holdall plan keras3/train --names raw --select '**/moving_*/**'
holdall show tf2_objects v --names variable
holdall diff tf2_objects tf2_objects --names object
holdall verify tf2_objects --names variable
holdall cat tf2_objects v --names variable | wc -c
cd "$OLDPWD"
holdall cp "$TESTDATA/tf_bundle/testdata/good/tf2_objects" v.npz --names variable
holdall ls v.npz
