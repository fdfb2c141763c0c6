#!/bin/sh
# What the operator and a tenant do by REST so that the client has a gateway. Each create carries its
# own idempotency key, so that this may run again.
set -eu
API=http://control:8080/v1
ACCOUNT=111122223333

# call METHOD KEY PATH [BODY] : prints the answer; retries while control or the stores start
call() {
  tries=0
  until curl -sS --noproxy '*' --max-time 10 -o /tmp/answer -w '%{http_code}' -X "$1" \
    -H "Authorization: Bearer $2" -H 'Content-Type: application/json' \
    -H "Idempotency-Key: compose$(echo "$3" | tr / -)" ${4:+--data "$4"} "$API$3" >/tmp/status 2>/tmp/error &&
    grep -q '^2' /tmp/status; do
    tries=$((tries + 1))
    if [ $tries -ge 120 ] || grep -q '^4' /tmp/status; then
      echo "$1 $3 ${4:-}: $(cat /tmp/status /tmp/error /tmp/answer 2>/dev/null)" >&2
      exit 1
    fi
    sleep 1
  done
  cat /tmp/answer
}

echo "pool, tenant, VPC, subnet, elastic IP, gateway, flow log"
call PUT "$OPERATOR_KEY" /pools/public "{\"prefixes\":[\"$EIP_POOL\"]}" >/dev/null
key=$(call PUT "$OPERATOR_KEY" "/tenants/$ACCOUNT" '{"name":"compose","rotate":true}' | jq -re .apiKey)
keys=/tenants/$ACCOUNT/access-keys
for old in $(call GET "$OPERATOR_KEY" $keys | jq -r '.items[].accessKeyId'); do
  call DELETE "$OPERATOR_KEY" "$keys/$old" >/dev/null
done
access=$(call POST "$OPERATOR_KEY" $keys)
vpc=$(call POST "$key" /vpcs "{\"prefixes\":[\"$INSIDE\"]}" | jq -re .id)
call PUT "$OPERATOR_KEY" "/vpcs/$vpc/attachment" '{"interfaces":["inside"]}' >/dev/null
subnet=$(call POST "$key" /subnets "{\"vpcId\":\"$vpc\",\"prefix\":\"$GATEWAY_SUBNET\"}" | jq -re .id)
gateway=$(call POST "$key" /gateways "{\"subnetId\":\"$subnet\"}" | jq -re .id)
eip=$(call POST "$key" /elastic-ips '{"pool":"public","family":"ipv4"}')
call PUT "$key" "/elastic-ips/$(echo "$eip" | jq -re .id)/attachment" "{\"gatewayId\":\"$gateway\"}" >/dev/null
call POST "$key" /flow-logs \
  "{\"gatewayId\":\"$gateway\",\"bucket\":\"flow-logs\",\"prefix\":\"\",\"trafficType\":\"ALL\"}" >/dev/null

tries=0
until [ "$(call GET "$key" "/gateways/$gateway" | jq -r .state)" = available ]; do
  tries=$((tries + 1))
  [ $tries -lt 60 ] || { echo "$gateway is not available: $(cat /tmp/answer)" >&2; exit 1; }
  sleep 1
done
echo "$gateway is available with $(echo "$eip" | jq -re .address); tenant $ACCOUNT, API key $key"
echo "for AWS's tools: AWS_ACCESS_KEY_ID=$(echo "$access" | jq -re .accessKeyId)" \
  "AWS_SECRET_ACCESS_KEY=$(echo "$access" | jq -re .secretAccessKey)"
