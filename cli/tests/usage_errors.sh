# A call that is wrong is told in one line, with what would be right; nothing is on stdout.
try() { holdall "$@" || echo "status $?"; } 2>&1
try help
try frobnicate
try -x
try --json
try ls --sorte size m
try ls --sort names m
try ls --json m --sum
try cp m
try cp a b c
try keep . --last
try keep . --last=-1
try verify --threads two m
try formats --json --markdown
try completion tcsh
HOLDALL_PROGRESS=often try ls m
