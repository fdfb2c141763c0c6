#!/bin/sh
# Builds the objects that the gateway loads. They are committed, so that no box needs clang; a test
# fails where they do not agree with these sources. The version of clang is recorded beside them.
set -eu
cd "$(dirname "$0")"
to=${1:-../resources/kernel}
for hook in tcx xdp; do
  clang -O2 -target bpf -mcpu=v3 -Wall -Wextra -Werror -Wno-unused-parameter -Wno-unused-function \
    -c $hook.c -o "$to/$hook.o"
done
{
  clang --version | sed -n 's/.*clang version \([0-9.]*\).*/clang=\1/p'
  LC_ALL=C cat ./*.c ./*.h | sha256sum | sed 's/ .*//; s/^/sources=/'
} >"$to/objects.properties"
