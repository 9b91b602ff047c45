# Names with bytes that a terminal would act on are shown harmlessly.
cd "$TESTDATA/tf_bundle/testdata/good"
holdall ls names/names
