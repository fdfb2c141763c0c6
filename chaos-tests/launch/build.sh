# Builds when a source is newer than the last build. Sourced by ./sallyport.

is_stale() {
  [[ -e $STAMP ]] || return 0
  [[ -n $(find "$TOP/pom.xml" "$TOP"/*/pom.xml "$TOP"/*/*/pom.xml "$TOP"/*/src/main -newer "$STAMP" \
    -type f -print -quit 2>/dev/null) ]]
}

# Maven's own lines become one line a module.
show_progress() {
  local line
  while IFS= read -r line; do
    if [[ $line =~ ^\[INFO\]\ Building\ (.*[^\ ])\ +0\.1\.0-SNAPSHOT\ *\[([0-9]+)/([0-9]+)\] ]]; then
      printf '  [%s/%s] %s\n' "${BASH_REMATCH[2]}" "${BASH_REMATCH[3]}" "${BASH_REMATCH[1]}"
    elif [[ $line =~ ^\[(INFO|WARNING|ERROR)\]\ (Tests\ run:.*--\ in\ .*) ]]; then
      printf '        %s\n' "${BASH_REMATCH[2]}"
    fi
  done
}

# maven LOG ARGUMENTS... : quiet, with progress; the exit code is Maven's
maven() {
  local log=$1
  shift
  mkdir -p "$(dirname "$log")"
  (cd "$TOP" && mvn -B "$@" 2>&1) | tee "$log" | show_progress
}

# Where the user may not look: the first directory on the way to a file that is closed to it, else
# the file. Nothing where the file is simply not there.
closed_at() {
  local path=$1 way=
  while [[ $path == */* ]]; do
    way+=${path%%/*}/
    path=${path#*/}
    [[ ! -d $way || -x $way ]] || { echo "${way%/}"; return; }
  done
  [[ ! -e $1 ]] || echo "$1"
}

# Each once, and not more of them than fit a screen.
list_some() {
  local each
  mapfile -t each < <(printf '%s\n' "$@" | sort -u)
  printf '  %s\n' "${each[@]:0:5}" >&2
  [[ ${#each[@]} -le 5 ]] || echo "  (${#each[@]} in all)" >&2
}

# What the build wrote down to be run with must be there, and readable: the jars are in the Maven
# repository of the user who built, which is often closed to others, and Java says nothing of a jar
# that it cannot read but that some class is missing.
need_libraries() {
  local module list jar closed gone=() shut=() needed=()
  for module in raft-store flowlogs gateway-node control-api chaos-tests chaos-tests/s3server; do
    list=$TOP/$module/target/classpath
    needed+=("$list")
    [[ $module == */* ]] || needed+=("$TOP/$module/target/$module-0.1.0-SNAPSHOT.jar")
    [[ ! -r $list ]] || while read -r jar; do needed+=("$jar"); done < <(tr ':' '\n' <"$list"; echo)
  done
  for jar in "${needed[@]}"; do
    [[ -n $jar && ! -r $jar ]] || continue
    closed=$(closed_at "$jar")
    if [[ -n $closed ]]; then shut+=("$closed ($(stat -c "%U's, %A" "$closed"))"); else gone+=("$jar"); fi
  done
  [[ $((${#gone[@]} + ${#shut[@]})) -gt 0 ]] || return 0
  if [[ ${#shut[@]} -gt 0 ]]; then
    echo "user $(id -un) may not read what this was built with:" >&2
    list_some "${shut[@]}"
    echo "Run it as the user who built it, or build as $(id -un), in a copy of the sources that it may" >&2
    echo "write to; or let it read these: chmod o+rX, on a closed directory and on what is below." >&2
  fi
  if [[ ${#gone[@]} -gt 0 ]]; then
    echo "what this was built with is not there any more:" >&2
    list_some "${gone[@]}"
    echo "Remove $STAMP and run it again: that builds, and Maven fetches what it lacks." >&2
  fi
  exit "$MISSING"
}

build() {
  build_if_stale
  need_libraries
}

build_if_stale() {
  is_stale || return 0
  local place=$TOP/target
  [[ -e $place ]] || place=$TOP
  if [[ ! -w $place ]]; then
    echo "nothing is built, or sources are newer than the build, and user $(id -un) may not write to $place" >&2
    exit "$FORBIDDEN"
  fi
  need_maven
  mkdir -p "$TOP/target"
  exec 9>"$TOP/target/build.lock"
  flock 9
  if is_stale; then
    echo "building (once; log: $BUILD_LOG)"
    local started
    started=$(mktemp "$TOP/target/started.XXXX")
    if ! maven "$BUILD_LOG" package -Dmaven.test.skip=true; then
      rm -f "$started"
      grep -m 20 '^\[ERROR\]' "$BUILD_LOG" >&2 || true
      echo "the build failed; see $BUILD_LOG" >&2
      exit "$FAILED"
    fi
    # What was edited while it ran is newer than this, so the next build sees it.
    mv "$started" "$STAMP"
    rm -rf "$TOP/chaos-tests/target/aot"
    export SALLYPORT_BUILT=1
  fi
  exec 9>&-
}

# The simulation lies beside the tests of the protocol that it runs, and is compiled when it is
# first asked for.
build_simulation() {
  build
  local built=$TOP/target/simulation-built
  if [[ ! -e $built || -n $(find "$TOP/gateway-node/src/test" "$STAMP" -newer "$built" -type f -print -quit) ]]; then
    need_maven
    echo "building the simulation (log: $BUILD_LOG)"
    local started
    started=$(mktemp "$TOP/target/started.XXXX")
    if ! maven "$BUILD_LOG" test-compile -pl gateway-node -am; then
      rm -f "$started"
      grep -m 20 '^\[ERROR\]' "$BUILD_LOG" >&2 || true
      echo "the build failed; see $BUILD_LOG" >&2
      exit "$FAILED"
    fi
    mv "$started" "$built"
  fi
}

# Ahead-of-time caches halve the CPU time of later starts (measured: a lab of 3+3 is up in 9.7 s
# instead of 14.9 s), and making them takes longer than they save once: so they belong to the build.
# With them lie the profiles of what ran meanwhile: a gateway then compiles the way of a first packet
# well from the beginning, not after some ten thousand of them.
train() {
  [[ -n ${SALLYPORT_BUILT:-} ]] || return 0
  mkdir -p "$TOP/chaos-tests/target/aot"
  echo "preparing faster starts (once; log: $TOP/target/train.log)"
  (run_lab lab train --id train >"$TOP/target/train.log" 2>&1) ||
    echo "  that did not work; going on without" >&2
  unset SALLYPORT_BUILT
}
