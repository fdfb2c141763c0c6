#!/bin/sh
# Builds the bench's programs; what the bench loads is committed, so that it runs where clang is not.
# Debian clang 14.0.6 made it.
set -e
cd "$(dirname "$0")"
exec clang -O2 -target bpf -mcpu=v3 -Wall -Werror -c traffic.c \
  -o "${1:-../resources/io/sallyport/bench/traffic.o}"
