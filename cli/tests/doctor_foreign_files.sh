# What lies there in place of a checkpoint.
printf '<!DOCTYPE html>\n<html>Sign in</html>\n' > page.ckpt
printf 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 9\n' > pointer.index
holdall doctor page.ckpt || echo "status $?"
holdall doctor pointer || echo "status $?"
holdall doctor none || echo "status $?"
