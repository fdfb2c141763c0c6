# Finds a JDK of version 25 or later. Sourced by ./sallyport.

# The major version of the JDK at $1, or nothing if there is none.
jdk_version() {
  [[ -x $1/bin/javac && -r $1/release ]] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9.]*\).*/\1/p' "$1/release"
}

# Sets JAVA, JAVA_HOME and JAVA_VERSION.
find_java() {
  local on_path home version
  on_path=$(readlink -f "$(command -v javac || true)" 2>/dev/null || true)
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* \
    "${on_path%/bin/javac}"; do
    [[ -n $home ]] || continue
    version=$(jdk_version "$home")
    if [[ -n $version && ${version%%.*} -ge 25 ]]; then
      export JAVA_HOME=$home
      JAVA=$home/bin/java JAVA_VERSION=$version
      return
    fi
  done
  cat >&2 <<'TEXT'
JDK 25 or later is needed and was not found in JAVA_HOME, /usr/lib/jvm, ~/.sdkman or PATH.
Any vendor's will do, for example one of:
  apt-get install temurin-25-jdk        (with Adoptium's apt repository)
  sdk install java 25-tem               (with SDKMAN)
or unpack one and run:  JAVA_HOME=/path/to/jdk-25 ./sallyport ...
TEXT
  exit "$MISSING"
}
