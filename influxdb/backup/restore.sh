#!/bin/sh
# Lists the backups (`restore.sh`, `restore.sh list`), or restores the database of the one that is named. Which InfluxDB: see backup.sh.
set -eu
here=$(dirname "$0")
folder=${BACKUP_DIR:-/backup}
database=${INFLUXDB_DATABASE:-twittergraph}

if [ $# -gt 1 ]; then
  echo "Usage: restore.sh BACKUP; without a name, or with list, it lists the backups." >&2
  exit 2
fi
if [ "${1:-list}" = list ]; then
  find "$folder" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??-??-??Z' -exec du -sh {} + | sort -k2
  exit
fi
backup=$folder/$1
if [ ! -d "$backup" ]; then
  echo "There is no backup $backup: restore.sh without a name lists them." >&2
  exit 1
fi

if [ -n "${INFLUXDB_RPC:-}" ]; then
  influxd restore -portable -host "$INFLUXDB_RPC" -db "$database" "$backup" || {
    echo "Not restored. A database that exists is never replaced: DROP DATABASE \"$database\" first." >&2
    exit 1
  }
else
  organization=${INFLUXDB_ORG:-twittergraph}
  aside=$database-before-$(date -u +%Y-%m-%dT%H-%M-%SZ)
  id=$(sh "$here/influx.sh" bucket list --org "$organization" --name "$database" --hide-headers 2>/dev/null | cut -f1)
  if [ -n "$id" ]; then
    sh "$here/influx.sh" bucket update --id "$id" --name "$aside" >/dev/null
    echo "the bucket $database as it was is now called $aside"
  fi
  sh "$here/influx.sh" restore --org "$organization" --bucket "$database" "$backup"
fi
echo "restored $database from $backup"
echo "Now run the bootstrap again: users have no right yet on a database that has been restored."
