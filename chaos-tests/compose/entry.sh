#!/bin/sh
# Entry point of every container of docker-compose.yml: entry.sh certificates|store|gateway|control|s3|
# prometheus|setup|client|server [NAME]. It finds out which device is on which network (engines number them as
# they like), writes the configuration and becomes the process.
set -eu

HOME_DIR=/opt/sallyport
RUN=/run/sallyport
DATA=/var/lib/sallyport

role=$1
name=${2:-$role}
mkdir -p $RUN

device_on() { ip -o -4 address show to "$1" | awk '{ print $2; exit }'; }

address_on() { ip -o -4 address show to "$1" | awk '{ sub("/.*", "", $4); print $4; exit }'; }

# The device on a network gets the network's name; its address comes back with the device.
name_device() {
  device=$(device_on "$1")
  [ -n "$device" ] || { echo "no device on $1" >&2; exit 1; }
  ip link set "$device" down
  ip link set "$device" name "$2"
  ip link set "$2" up
}

# The address of a service on a network that we share with it; waits until it is there.
address_of() {
  tries=0
  until found=$(getent ahostsv4 "$1" | awk '{ print $1; exit }') && [ -n "$found" ]; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { echo "$1 has no address" >&2; exit 1; }
    sleep 0.5
  done
  echo "$found"
}

# stores PORT : the stores as configurations name them. A name is resolved when a configuration is
# read, so we wait until all are there.
stores() {
  list=
  for store in store-1 store-2 store-3; do
    list=$list,$store=$(address_of $store):$1
  done
  echo "${list#,}"
}

# route_by_gateways DESTINATION : over both nodes, by the flow's hash.
route_by_gateways() {
  first=$(address_of gateway-1)
  second=$(address_of gateway-2)
  ip route replace "$1" nexthop via "$first" nexthop via "$second"
}

# java_as ROLE MODULE ARGUMENTS...
java_as() {
  flags=$1
  module=$2
  shift 2
  exec java "@$HOME_DIR/launch/common.args" "@$HOME_DIR/launch/$flags.args" \
    -cp "$(cat "$HOME_DIR/$module.classpath")" "$@"
}

# configure KEY=VALUE... : the configuration file; healthy URL : what the health check asks
configure() { printf '%s\n' "$@" >"$RUN/config.properties"; }
healthy() { echo "$1" >"$RUN/health"; }

# proof ROLE/ID : the lines of a configuration that name a certificate; waits until it is there.
# $KEYS is one volume for all here; each machine gets only its own where they are machines.
KEYS=/var/lib/sallyport-certificates
proof() {
  tries=0
  until [ -f "$KEYS/$1.pem" ]; do
    tries=$((tries + 1))
    [ $tries -lt 120 ] || { echo "no certificate $1" >&2; exit 1; }
    sleep 0.5
  done
  printf '%s\n' "tls.certificate=$KEYS/$1.pem" "tls.key=$KEYS/$1.key" \
    "tls.authorities=$KEYS/authority.pem"
}

case $role in
  certificates)
    java_as store raft-store io.sallyport.store.Main certificates --cluster compose --into "$KEYS" \
      store/store-1 store/store-2 store/store-3 node/gateway-1 node/gateway-2 control/control \
      operator/compose
    ;;
  store)
    own=$(address_on "$BACKBONE")
    configure cluster.id=compose "store.id=$name" "store.directory=$DATA" \
      "store.raft.peers=$(stores 7100)" "store.front.peers=$(stores 7200)" \
      "management.listen=$own:7300" "$(proof "store/$name")"
    healthy "http://$own:7300/health"
    java_as store raft-store io.sallyport.store.Main --config "$RUN/config.properties"
    ;;
  gateway)
    own=$(address_on "$BACKBONE")
    name_device "$INSIDE" inside
    name_device "$OUTSIDE" outside
    configure cluster.id=compose "node.id=$name" "node.directory=$DATA" "stores=$(stores 7200)" \
      "peers.listen=$own:7400" "management.listen=$own:7300" "probe.listen=$own:7500" \
      inside.interfaces=inside outside.interface=outside \
      flowlogs.window.seconds=10 flowlogs.delivery.seconds=20 \
      s3.endpoint=http://s3:9000 s3.region=us-east-1 \
      "s3.access.key=$S3_ACCESS_KEY" "s3.secret.key=$S3_SECRET_KEY" s3.path.style=true \
      "$(proof "node/$name")"
    healthy "http://$own:7300/health"
    java_as gateway gateway-node io.sallyport.gateway.Main --config "$RUN/config.properties"
    ;;
  control)
    configure cluster.id=compose listen=0.0.0.0:8080 "stores=$(stores 7200)" \
      "operator.key=$OPERATOR_KEY" "ec2.key=$EC2_KEY" "$(proof control/control)"
    healthy http://127.0.0.1:8080/actuator/health
    java_as control control-api io.sallyport.control.Main --config "$RUN/config.properties"
    ;;
  s3)
    mkdir -p "$DATA/flow-logs" # a bucket is a directory
    configure s3proxy.authorization=aws-v2-or-v4 s3proxy.endpoint=http://0.0.0.0:9000 \
      "s3proxy.identity=$S3_ACCESS_KEY" "s3proxy.credential=$S3_SECRET_KEY" \
      jclouds.provider=filesystem-nio2 jclouds.identity=local jclouds.credential=local \
      "jclouds.filesystem.basedir=$DATA"
    healthy http://127.0.0.1:9000/healthz
    java_as tool s3server "-Dlogback.configurationFile=$HOME_DIR/quiet-logback.xml" \
      org.gaul.s3proxy.Main --properties "$RUN/config.properties"
    ;;
  prometheus)
    healthy http://127.0.0.1:9090/-/healthy
    exec prometheus --config.file=$HOME_DIR/prometheus.yml --storage.tsdb.path=$DATA \
      --web.listen-address=0.0.0.0:9090
    ;;
  setup) exec $HOME_DIR/bin/setup.sh ;;
  client)
    route_by_gateways default
    exec sleep infinity
    ;;
  server)
    # Its public address is known to all; whoever it answers, it answers by the gateway nodes.
    ip address add "$SERVER_ADDRESS/24" dev "$(device_on "$OUTSIDE")"
    ip route del default 2>/dev/null || true
    route_by_gateways "$EIP_POOL"
    healthy http://127.0.0.1/whoami
    java_as tool chaos-tests io.sallyport.lab.TestServer
    ;;
  *)
    echo "no role $role" >&2
    exit 2
    ;;
esac
