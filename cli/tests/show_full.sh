# All values of a tensor that is else shown in part.
cd "$TESTDATA/tf_bundle/testdata/good"
NAME=$(holdall ls large/large --sort size | sed -n '2s/ .*//p')
holdall show large/large "$NAME" | grep -c '\.\.\.'
holdall show large/large "$NAME" --full | grep -c '\.\.\.' || true
