# Colours: on a terminal, or where they are asked for; NO_COLOR and a dumb terminal have none.
cd "$TESTDATA/tf_bundle/testdata/good"
M=two_models_seeded/save
colored() { grep -q $'\033\[' && echo colours || echo none; }
on_terminal() { script -qec "$1" /dev/null | tr -d '\r' | colored; }
holdall ls $M/model1 | colored
holdall ls $M/model1 --color always | colored
NO_COLOR=1 holdall ls $M/model1 --color always | colored
TERM=xterm on_terminal "holdall ls $M/model1"
TERM=xterm on_terminal "holdall ls $M/model1 --color never"
TERM=xterm NO_COLOR=1 on_terminal "holdall ls $M/model1"
TERM=dumb on_terminal "holdall ls $M/model1"
holdall diff $M/model1 $M/model2 --color always | cat -v
holdall ls nothing --color always 2>&1 | cat -v
