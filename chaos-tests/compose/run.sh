#!/usr/bin/env bash
# `./sallyport compose`: builds the images, runs docker-compose.yml, curls through the gateway, looks at
# Prometheus and at the flow logs, and takes everything down again. With a docker engine it uses that.
# Without one it uses podman inside a network namespace of its own, so that bridges, rules and
# ip_forward of the box stay as they are; base images are then made from this box's distribution and
# JDK, and no image registry is asked. Images stay in target/compose; --clean removes them too.
set -euo pipefail

TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
HERE=$TOP/chaos-tests/compose
WORK=$TOP/target/compose
LOG=$WORK/log
PROJECT=sallyport
NAMESPACE=sallyport-compose
FAILED=1 USAGE=2 MISSING=69 FORBIDDEN=77
source "$TOP/chaos-tests/launch/java.sh"
source "$TOP/chaos-tests/launch/tools.sh"

say() { printf '%s  %s\n' "$(date +%T)" "$*"; }

# quietly WHAT COMMAND... : one line, output to the log
quietly() {
  say "$1"
  shift
  if ! "$@" >>"$LOG" 2>&1; then
    echo "that failed; the end of $LOG:" >&2
    tail -n 25 "$LOG" >&2
    exit $FAILED
  fi
}

has_docker() { docker compose version && docker info; } >/dev/null 2>&1

# -- podman in a room of its own ------------------------------------------------------------------

prepare_podman() {
  [[ $(id -u) == 0 ]] || { echo "without a docker engine this needs root (podman makes bridges)" >&2; exit $FORBIDDEN; }
  need_tools podman:podman runc:runc podman-compose:podman-compose debootstrap:debootstrap \
    iptables:iptables nft:nftables curl:curl nsenter:util-linux
  local helper
  for helper in netavark aardvark-dns; do
    [[ -x /usr/lib/podman/$helper ]] || need_tools "$helper:$helper"
  done
  find_java
  local storage=overlay
  grep -qw overlay /proc/filesystems || storage=vfs
  cat >"$WORK/containers.conf" <<TEXT
[containers]
# A restricted box may not raise limits beyond its own.
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[network]
network_backend = "netavark"
network_config_dir = "$WORK/networks"
TEXT
  cat >"$WORK/storage.conf" <<TEXT
[storage]
driver = "$storage"
graphroot = "$WORK/storage"
runroot = "$WORK/run"
TEXT
  export CONTAINERS_CONF=$WORK/containers.conf CONTAINERS_STORAGE_CONF=$WORK/storage.conf
}

# The base images of the Dockerfile, from this box: its distribution by debootstrap, its JDK.
make_base() {
  podman image exists docker.io/library/eclipse-temurin:25-jdk && return 0
  local root=$WORK/base suite mirror
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(sed -nE 's/^(URIs:|deb(\s+\[[^]]*\])?)\s+(http[^ ]*).*/\3/p' \
    /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null | head -1)
  rm -rf "$root"
  debootstrap --variant=minbase --include=ca-certificates "$suite" "$root" "$mirror"
  cp -a /etc/apt/. "$root/etc/apt/"
  mkdir -p "$root/opt/java"
  cp -aL "$JAVA_HOME" "$root/opt/java/openjdk"
  tar -C "$root" -c . | podman import \
    --change 'ENV JAVA_HOME=/opt/java/openjdk' \
    --change 'ENV PATH=/opt/java/openjdk/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' \
    --change 'ENV LANG=C.UTF-8' - docker.io/library/eclipse-temurin:25-jdk
  podman tag docker.io/library/eclipse-temurin:25-jdk docker.io/library/eclipse-temurin:25-jre
  rm -rf "$root"
}

# build_image TARGET NAME : with this user's Maven repository, so that a warm cache serves
build_image() {
  mkdir -p "$HOME/.m2"
  podman build --pull=never --network=host --layers --volume "$HOME/.m2:/root/.m2" \
    --target "$1" --tag "$2" "$TOP"
}

in_room() { nsenter --net="/run/netns/$NAMESPACE" "$@"; }

open_room() {
  ip netns add $NAMESPACE
  ip -n $NAMESPACE link set lo up
  local network
  for network in backbone:10.77.3 inside:10.77.1 outside:10.77.2; do
    in_room podman network create --subnet "${network#*:}.0/24" "${PROJECT}_${network%:*}"
  done
}

close_room() {
  in_room podman rm --force --all --time 3 || true
  in_room podman volume prune --force || true
  local network
  for network in backbone inside outside; do
    in_room podman network rm "${PROJECT}_$network" || true
  done
  local pid
  for pid in $(ip netns pids $NAMESPACE); do kill "$pid" || true; done # its name server
  ip netns delete $NAMESPACE || true
}

# -- what both engines do -------------------------------------------------------------------------

compose() {
  if [[ $ENGINE == docker ]]; then
    (cd "$TOP" && docker compose -p $PROJECT "$@")
  else
    (cd "$TOP" && in_room podman-compose -p $PROJECT "$@")
  fi
}

# inside_of SERVICE COMMAND... : podman-compose would mix its own words into the answer and hide the
# exit code
inside_of() {
  local service=$1
  shift
  if [[ $ENGINE == docker ]]; then
    compose exec -T "$service" "$@" 2>>"$LOG"
  else
    in_room podman exec "${PROJECT}_${service}_1" "$@" 2>>"$LOG"
  fi
}

logs_of() {
  if [[ $ENGINE == docker ]]; then
    compose logs --no-log-prefix "$1" 2>&1
  else
    in_room podman logs "${PROJECT}_${1}_1" 2>&1
  fi
}

up() {
  if [[ $ENGINE == docker ]]; then
    quietly "building the images" compose build
    quietly "starting the containers" compose up -d
  else
    quietly "making the base image (once)" make_base
    quietly "building the image sallyport" build_image sallyport sallyport:dev
    quietly "building the image lab" build_image lab sallyport-lab:dev
    quietly "opening a network namespace" open_room
    quietly "starting the containers" compose up -d --no-build
  fi
}

down() {
  trap - EXIT
  say "taking everything down"
  {
    for service in store-1 store-2 store-3 gateway-1 gateway-2 control s3 setup client server; do
      echo "== $service"
      logs_of "$service" || true
    done
    if [[ $ENGINE == docker ]]; then compose down -v --remove-orphans; else close_room; fi
  } >>"$WORK/containers.log" 2>&1 || true
}

fail() {
  echo "$*" >&2
  echo "logs: $LOG and $WORK/containers.log" >&2
  exit $FAILED
}

# eventually SECONDS COMMAND...
eventually() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    [[ $SECONDS -lt $deadline ]] || return 1
    sleep 1
  done
}

is_set_up() { logs_of setup | grep -q 'is available with'; }

sees_elastic_ip() {
  SEEN=$(inside_of client curl -sS --max-time 5 http://server/whoami) || return 1
  [[ $SEEN == 203.0.113.* ]]
}

all_scraped() {
  inside_of prometheus curl -sS 'http://127.0.0.1:9090/api/v1/query?query=sum(up)' |
    grep -q ',"6"\]'
}

has_flow_log() {
  inside_of s3 sh -c \
    "find /var/lib/sallyport/flow-logs -name '*.log.gz' -exec zcat {} + | grep -m 3 '10.77.2.80.* ACCEPT OK'"
}

all_healthy() {
  local service
  for service in store-1 store-2 store-3 gateway-1 gateway-2 control s3 prometheus server; do
    inside_of "$service" /opt/sallyport/bin/health.sh >>"$LOG" || return 1
  done
}

look() {
  say "waiting for the tenant's gateway"
  eventually 180 is_set_up || fail "the setup did not end well: $(logs_of setup | tail -n 3)"
  logs_of setup | grep 'is available with' | sed 's/, API key.*//'
  say 'client: curl http://server/whoami'
  eventually 30 sees_elastic_ip || fail "no answer through the gateway, or from another source: ${SEEN:-}"
  echo "$SEEN"
  say "health checks"
  eventually 60 all_healthy || fail "some service is not healthy"
  say "Prometheus scrapes 3 stores, 2 gateway nodes and control"
  eventually 60 all_scraped || fail "Prometheus does not reach all"
  say "flow log in the bucket"
  eventually 120 has_flow_log || fail "no flow log of that connection came to the bucket"
}

main() {
  case ${1:-} in
    "" | --clean | --keep) ;;
    *) echo "compose [--keep | --clean]   --keep leaves it running, --clean removes it and the images" >&2; exit $USAGE ;;
  esac
  mkdir -p "$WORK"
  : >"$LOG"
  : >"$WORK/containers.log"
  ENGINE=podman
  if has_docker; then ENGINE=docker; else prepare_podman; fi
  if [[ ${1:-} == --clean ]]; then
    down
    [[ $ENGINE == docker ]] || podman system reset --force >>"$LOG" 2>&1 || true
    rm -rf "$WORK"
    exit 0
  fi
  [[ $ENGINE == docker || ! -e /run/netns/$NAMESPACE ]] || down # what a killed run left
  trap down EXIT
  trap 'exit $FAILED' INT TERM
  up
  look
  if [[ ${1:-} == --keep ]]; then
    trap - EXIT
    say "left running; --clean removes it"
  else
    down
  fi
  say "it worked"
}

main "$@"
