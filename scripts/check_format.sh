#!/usr/bin/env bash
# Every C++ file is as clang-format 14 would write it. `scripts/check_format.sh --fix` rewrites them.
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cd "$tree"

mapfile -t files < <(git ls-files --cached --others --exclude-standard -- '*.cpp' '*.h' | grep -v /testdata/ |
  sort -u | while read -r file; do [[ ! -e $file ]] || echo "$file"; done)
if [[ ${1:-} == --fix ]]; then
  clang-format-14 -i "${files[@]}"
  exit
fi
# Two processes; each complaint is file:line:column, the source lines below it are left out.
status=0
printf '%s\0' "${files[@]}" | xargs -0 -P 2 -n 40 clang-format-14 --dry-run -Werror 2>"$tree/build/format.log" || status=1
grep -E '^[^ ].*: error:' "$tree/build/format.log" || true
if [[ $status -eq 0 ]]; then
  echo "format: ok"
else
  echo "format: not as clang-format-14 writes it; scripts/check_format.sh --fix does"
fi
exit $status
