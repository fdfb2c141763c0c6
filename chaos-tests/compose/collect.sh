#!/bin/sh
# collect.sh DIRECTORY MODULE... : copies what each built module runs with into DIRECTORY/lib, a jar
# once, and leaves its class path in DIRECTORY/NAME.classpath. Runs in the image's build stage.
set -eu
to=$1
shift
mkdir -p "$to/lib"
for module in "$@"; do
  path=
  for jar in "$module"/target/*-0.1.0-SNAPSHOT.jar $(tr ':' ' ' <"$module/target/classpath"); do
    [ -e "$jar" ] || continue # a module of type pom has no jar of its own
    name=$(basename "$jar")
    [ -e "$to/lib/$name" ] || cp "$jar" "$to/lib/$name"
    path=$path:$to/lib/$name
  done
  echo "${path#:}" >"$to/$(basename "$module").classpath"
done
