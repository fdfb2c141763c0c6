#!/bin/sh
# Builds the objects that the gateway loads, and the layouts that a test compares with Java's. They
# are committed, so that no box needs clang; a test fails where they do not agree with these
# sources. The version of clang is recorded beside them.
set -eu
export LC_ALL=C
cd "$(dirname "$0")"
main=${1:-../resources/kernel}
test=${2:-../../test/resources/kernel}
build() {
  clang -O2 -target bpf -mcpu=v3 -Wall -Wextra -Werror -Wno-unused-parameter \
    -Wno-unused-function -c "$1.c" -o "$2/$1.o"
}
build tcx "$main"
build xdp "$main"
build layout "$test"
{
  clang --version | sed -n 's/.*clang version \([0-9.]*\).*/clang=\1/p'
  cat ./*.c ./*.h | sha256sum | sed 's/ .*//; s/^/sources=/'
} >"$main/objects.properties"
