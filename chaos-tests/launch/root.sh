# Network namespaces need root, or a user namespace in which we count as root. Sourced by ./sallyport.

is_root() { [[ $(id -u) == 0 ]] && (unshare --net true) 2>/dev/null; }

# What `ip netns` and friends need inside a namespace of our own: a /run to write to, and lo.
ROOM='mount -t tmpfs none /run && ip link set lo up'

can_be_root() { unshare --user --map-root-user --net --mount --fork sh -c "$ROOM" 2>/dev/null; }

forbidden() {
  cat >&2 <<TEXT
$1 needs root, or a user namespace, and this kernel forbids the latter to user $(id -un):
  kernel.unprivileged_userns_clone=$(cat /proc/sys/kernel/unprivileged_userns_clone 2>/dev/null || echo -) \
user.max_user_namespaces=$(cat /proc/sys/user/max_user_namespaces 2>/dev/null || echo -) \
kernel.apparmor_restrict_unprivileged_userns=$(cat /proc/sys/kernel/apparmor_restrict_unprivileged_userns 2>/dev/null || echo -)
Run it with sudo.
TEXT
  exit "$FORBIDDEN"
}

need_real_root() {
  is_root && return
  echo "$1: that needs root (CAP_NET_ADMIN, CAP_NET_RAW). Run it with sudo." >&2
  exit "$FORBIDDEN"
}

# Where pinned programs and maps outlive their process. systemd mounts it; a box without systemd may
# have the place alone. Where it cannot be had, nodes run without, and say so.
have_bpffs() {
  is_root && [[ -d /sys/fs/bpf && $(stat -f -c %T /sys/fs/bpf) != bpf_fs ]] || return 0
  mount -t bpf bpf /sys/fs/bpf 2>/dev/null || true
}

# Starts ./sallyport again as root of namespaces that end with it.
be_root_once() {
  is_root && return
  can_be_root || forbidden "./sallyport $1"
  echo "not root: going on in a user and network namespace of our own"
  SALLYPORT_UID=$REAL_UID exec unshare --user --map-root-user --net --mount --fork --kill-child \
    sh -c "$ROOM && exec \"\$@\"" sh "$TOP/sallyport" "$@"
}

# Starts ./sallyport again in a network and mount namespace that end with it.
in_own_network() {
  [[ -z ${SALLYPORT_OWN_NETWORK:-} ]] || return 0
  export SALLYPORT_OWN_NETWORK=1
  is_root || be_root_once "$@"
  exec unshare --net --mount --fork --kill-child sh -c "$ROOM && exec \"\$@\"" sh "$TOP/sallyport" "$@"
}

# A lab outlives its command, so without root its namespaces are held by a process that sleeps.
be_root_in_room() {
  is_root && return
  local holder=/tmp/sallyport-room-$REAL_UID pid
  pid=$(cat "$holder" 2>/dev/null || true)
  if [[ -z $pid ]] || ! grep -qs SALLYPORT_ROOM "/proc/$pid/environ"; then
    [[ ${1:-} == up ]] || { rm -f "$holder"; echo "no lab is up; ./sallyport lab up starts one" >&2; exit "$FAILED"; }
    can_be_root || forbidden "./sallyport lab"
    echo "not root: the lab lives in a user and network namespace of our own"
    SALLYPORT_ROOM=1 setsid unshare --user --map-root-user --net --mount \
      sh -c "$ROOM && echo \$\$ > $holder && exec sleep infinity" </dev/null >/dev/null 2>&1 &
    while ! pid=$(cat "$holder" 2>/dev/null) || [[ -z $pid ]]; do sleep 0.05; done
  fi
  local enter=(nsenter --target "$pid" --user --net --mount --preserve-credentials env "SALLYPORT_UID=$REAL_UID"
    "$TOP/sallyport" lab "$@")
  [[ ${1:-} == down ]] || exec "${enter[@]}"
  local status=0
  "${enter[@]}" || status=$?
  kill "$pid"
  rm -f "$holder"
  exit "$status"
}
