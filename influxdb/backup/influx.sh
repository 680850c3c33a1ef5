#!/bin/sh
# The command line of InfluxDB 2.x as its operator; the token never becomes an argument.
# A pod that has just started may have no network: its NetworkPolicies let it through a moment later. So the server is
# asked until it answers, for WAIT_SECONDS at most.
set -eu
wait=${WAIT_SECONDS:-300}
end=$(($(date +%s) + wait))
until said=$(influx ping 2>&1); do
  if [ "$(date +%s)" -ge "$end" ]; then
    echo "InfluxDB at ${INFLUX_HOST:-localhost} has not answered for $wait s. Is its pod running and ready, does a NetworkPolicy stand between? $said" >&2
    exit 1
  fi
  sleep 1
done
INFLUX_TOKEN=$(cat "$INFLUX_TOKEN_FILE")
export INFLUX_TOKEN
exec influx "$@"
