# A file of another kind.
echo "just text, and long enough to have a footer, which it has not" >notes.txt
holdall ls notes.txt
