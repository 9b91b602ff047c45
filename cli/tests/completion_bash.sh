# What bash offers at the end of a line: verbs, options, choices, files, tensors of the checkpoint.
cd "$TESTDATA/tf_bundle/testdata/good"
source <(holdall completion bash)
offer() {
  COMP_WORDS=("$@")
  COMP_CWORD=$(($# - 1))
  _holdall
  echo "$*: ${COMPREPLY[*]-}"
}
offer holdall s
offer holdall ls --s
offer holdall ls --sort ''
offer holdall keep --last 3 par
offer holdall show partitioned/partitioned.ind
offer holdall show partitioned/partitioned p
offer holdall show --slice 0 partitioned/partitioned ''
offer holdall show nothing/there ''
offer holdall diff --rule-a 'strip a' big_endian/big partitioned/partitioned.m
offer holdall completion ''
offer holdall -q --color never sho
offer holdall -q show partitioned/partitioned d
offer holdall ls --names ''
