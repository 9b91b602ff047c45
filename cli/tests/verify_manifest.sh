# A list of SHA-256 covers what checksums do not; sha256sum reads it too.
mkdir d; holdall cp --quiet "$TESTDATA"/tf_bundle/testdata/good/partitioned/partitioned d/m
holdall verify d/m --write-manifest d/m.sha256
(cd d && sha256sum --check m.sha256)
holdall verify d/m --manifest d/m.sha256
holdall verify d --manifest d/m.sha256 --json | grep -A 6 digests
# Not over a list that is there, and never over the checkpoint
try() { holdall "$@" 2>&1 || echo "status $?"; }
try verify d/m --quiet --write-manifest d/m.sha256
try verify d/m --quiet --write-manifest d/m.index --force
try verify d/m --quiet --write-manifest d/m.sha256 --force
# What no checksum covers
printf '# more\n' >> d/checkpoint
try verify d/m --quiet --manifest d/m.sha256
rm d/checkpoint
try verify d/m --quiet --manifest d/m.sha256
# A list that leads away, or is none
printf '%064d  ../x\n' 0 > d/bad
try verify d/m --quiet --manifest d/bad
try verify d/m --quiet --manifest d/m.index
try verify d/m d/m --quiet --manifest d/m.sha256
# Nothing is recorded of what is damaged
printf x | dd of=d/m.data-00000-of-00001 bs=1 conv=notrunc status=none
try verify d/m --quiet --write-manifest d/new.sha256; ls d
