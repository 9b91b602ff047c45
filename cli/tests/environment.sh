# Variables stand in for options, which have the last word.
cd "$TESTDATA/tf_bundle/testdata/good"
HOLDALL_PROGRESS=json holdall verify partitioned/partitioned 2>&1 >/dev/null | cut -d, -f1-3
HOLDALL_PROGRESS=json holdall verify partitioned/partitioned --progress none
HOLDALL_PROGRESS=json holdall --progress none verify partitioned/partitioned
HOLDALL_NAMES=object holdall ls tf2_objects --sum
HOLDALL_COLOR=always holdall ls tf2_objects --names raw --sum --color never
HOLDALL_THREADS=1 HOLDALL_PROGRESS= holdall verify partitioned/partitioned
