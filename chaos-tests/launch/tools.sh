# Finds the box's own tools, and installs what is missing where it may. Sourced by ./sallyport.

# need_tools COMMAND:PACKAGE...
need_tools() {
  local pair missing=() packages=()
  for pair in "$@"; do
    PATH=$PATH:/usr/sbin:/sbin command -v "${pair%%:*}" >/dev/null && continue
    missing+=("${pair%%:*}")
    packages+=("${pair##*:}")
  done
  export PATH=$PATH:/usr/sbin:/sbin
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    echo "installing ${packages[*]} (for ${missing[*]})"
    if { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${packages[@]}"; } \
      >"${TMPDIR:-/tmp}/sallyport-apt.log" 2>&1; then
      return 0
    fi
    echo "that failed; see ${TMPDIR:-/tmp}/sallyport-apt.log" >&2
  fi
  echo "missing: ${missing[*]}. On Debian or Ubuntu:  sudo apt-get install ${packages[*]}" >&2
  exit "$MISSING"
}

need_maven() { need_tools mvn:maven; }
