# shellcheck shell=bash disable=SC2034
# Sourced by the scripts of this folder: where things are, how to speak, how to build.
set -euo pipefail

tree=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
venv=$tree/.venv
python=$venv/bin/python

heading() { printf '\n== %s\n' "$*"; }
say() { printf '   %s\n' "$*"; }
die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

# Objects are kept by content, so that the Python package's build finds the library's, and a fresh
# clone of a tree built before compiles little. For that the compiler needs one name everywhere.
use_ccache() {
  export CXX=${CXX:-g++}
  command -v ccache >/dev/null || return 0
  export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  export CCACHE_BASEDIR=$tree CCACHE_NOHASHDIR=1
  export CCACHE_SLOPPINESS=time_macros,include_file_mtime,include_file_ctime
}

# configure PRESET: only if it was never done, or the presets changed; ninja sees to the rest.
configure() {
  local cache=$tree/build/$1/CMakeCache.txt
  use_ccache
  if [[ ! -e $tree/build/$1/build.ninja || $tree/CMakePresets.json -nt $cache ]]; then
    (cd "$tree" && cmake --preset "$1" >"$tree/build/configure-$1.log" 2>&1) || {
      cat "$tree/build/configure-$1.log" >&2
      return 1
    }
    touch "$cache"
  fi
}

# build PRESET [TARGET...]: one line if all goes well, else what the compiler said.
build() {
  local preset=$1 log=$tree/build/build-$1.log started=$SECONDS
  shift
  mkdir -p "$tree/build"
  configure "$preset" || return 1
  if ! cmake --build "$tree/build/$preset" --target "${@:-all}" >"$log" 2>&1; then
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking|Scanning|Generating)' "$log" | tail -n 100 >&2
    return 1
  fi
  say "$preset is built ($(grep -cE '^\[[0-9]+/[0-9]+\] Building' "$log" || true) files compiled, $((SECONDS - started)) s)"
}
