#!/bin/sh
# The command line of InfluxDB 2.x as its operator; the token never becomes an argument.
set -eu
INFLUX_TOKEN=$(cat "$INFLUX_TOKEN_FILE")
export INFLUX_TOKEN
exec influx "$@"
