# Runs every test and counts. Sourced by ./sallyport.

TEST_LOG=$TOP/target/test.log

be_root_for_tests() {
  EXCLUDED=
  if is_root; then
    [[ $REAL_UID == 0 ]] || without_bpf
    return
  fi
  if can_be_root; then be_root_once test "$@"; fi
  EXCLUDED=privileged
  echo "!! not root, and this kernel forbids user namespaces: tests tagged \"privileged\" are SKIPPED" >&2
  echo "!! (no packet crosses a real network here; run with sudo to test that)" >&2
}

# The root of a user namespace may not load programs into the kernel.
without_bpf() {
  EXCLUDED=bpf
  echo "!! root of a user namespace only: tests tagged \"bpf\" (the kernel path) are SKIPPED" >&2
}

# Other people's tools that some tests drive us with, or run us beside. Where they cannot be had,
# those tests are skipped, and counted so.
want_tools_of_tests() {
  local boto3=()
  python3 -c 'import boto3' 2>/dev/null || boto3=(boto3:python3-boto3)
  (need_tools aws:awscli jq:jq bird:bird2 /usr/lib/frr/bgpd:frr exabgp:exabgp \
    ${boto3[@]+"${boto3[@]}"}) || echo "!! tests that need them are SKIPPED" >&2
}

# attribute NAME FILE... : the sum of an attribute over the test suites of reports
attribute() {
  local name=$1
  shift
  sed -n "s/.*<testsuite .* $name=\"\([0-9]*\)\".*/\1/p" "$@" | awk '{ n += $1 } END { print n + 0 }'
}

run_tests() {
  mkdir -p "$TOP/target"
  local started status=0 module reports tests failures skipped passed=0 failed=0 left=0 line
  find "$TOP" -path '*/target/surefire-reports/*' -name 'TEST-*.xml' -delete
  echo "building and testing (log: $TEST_LOG)"
  started=$(mktemp "$TOP/target/started.XXXX")
  maven "$TEST_LOG" verify --fail-at-end "-Dexcluded.groups=$EXCLUDED" || status=$?
  if [[ $status == 0 ]]; then mv "$started" "$STAMP"; else rm -f "$started"; fi
  rm -rf "$TOP/chaos-tests/target/aot" # They belonged to other jars.
  printf '\n%-28s %8s %8s %8s\n' module tests failures skipped
  for module in port-allocator raft-store flowlogs gateway-node control-api chaos-tests; do
    reports=("$TOP/$module"/target/surefire-reports/TEST-*.xml)
    tests=0 failures=0 skipped=0
    if [[ -e ${reports[0]} ]]; then
      tests=$(attribute tests "${reports[@]}")
      failures=$(($(attribute failures "${reports[@]}") + $(attribute errors "${reports[@]}")))
      skipped=$(attribute skipped "${reports[@]}")
    fi
    row "$module" "$tests" "$failures" "$skipped"
  done
  # clojure.test writes no reports; its summary is in the log.
  line=$(sed -n 's/^Ran \([0-9]*\) tests containing.*/\1/p' "$TEST_LOG" | awk '{ n += $1 } END { print n + 0 }')
  if [[ $line -gt 0 ]]; then
    failures=$(sed -n 's/^\([0-9]*\) failures, \([0-9]*\) errors\.$/\1 \2/p' "$TEST_LOG" |
      awk '{ n += $1 + $2 } END { print n + 0 }')
    row "chaos-tests (Clojure)" "$line" "$failures" 0
  fi
  if [[ $status != 0 ]]; then
    grep -m 40 '^\[ERROR\]' "$TEST_LOG" >&2 || true
    echo "failed; see $TEST_LOG" >&2
    # A build that broke outside a test is a failure that must be counted too.
    [[ $failed -gt 0 ]] || failed=1
  fi
  [[ -z $EXCLUDED ]] || echo "!! tests tagged \"$EXCLUDED\" were SKIPPED: not root"
  printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$left"
  [[ $status == 0 && $failed == 0 ]] || exit "$FAILED"
}

row() {
  printf '%-28s %8d %8d %8d\n' "$@"
  passed=$((passed + $2 - $3 - $4)) failed=$((failed + $3)) left=$((left + $4))
}
