#!/bin/sh
# Stores a line of line protocol, whose time is in seconds, in the database of twittergraph. Which InfluxDB: see backup.sh.
# A 1.x asks for a user here, unlike for a backup: at INFLUXDB_URL, by the files of the folder INFLUXDB_CREDS_DIR.
set -eu
here=$(dirname "$0")
database=${INFLUXDB_DATABASE:-twittergraph}

if [ -z "${INFLUXDB_RPC:-}" ]; then
  exec sh "$here/influx.sh" write --org "${INFLUXDB_ORG:-twittergraph}" --bucket "$database" --precision s "$1"
fi
user=$(cat "$INFLUXDB_CREDS_DIR/INFLUXDB_USERNAME")
password=$(cat "$INFLUXDB_CREDS_DIR/INFLUXDB_PASSWORD")
basic=$(printf '%s:%s' "$user" "$password" | base64 | tr -d '\n')
# The first backup may be made before the bootstrap has made the user. The header comes from stdin: no argument shows it.
printf 'Authorization: Basic %s\n' "$basic" |
  curl --silent --show-error --fail --max-time 30 --retry 1000 --retry-delay 1 --retry-all-errors \
    --retry-max-time "${WAIT_SECONDS:-300}" --header @- --data-binary "$1" "$INFLUXDB_URL/write?db=$database&precision=s"
