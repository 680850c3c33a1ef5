#!/bin/sh
# Makes a backup of all of InfluxDB, a folder named for its time below BACKUP_DIR, keeps the newest BACKUPS_KEPT, and
# notes in InfluxDB itself that there is a new one: the measurement twitter_backup.
# With INFLUXDB_RPC (host:port) it is an InfluxDB 1.x, else a 2.x at INFLUX_HOST, with the token in INFLUX_TOKEN_FILE.
set -eu
umask 077
here=$(dirname "$0")
folder=${BACKUP_DIR:-/backup}
kept=${BACKUPS_KEPT:-}
case $kept in
'' | 0* | *[!0-9]*)
  echo "BACKUPS_KEPT is \"$kept\": write how many backups are kept, 1 at least." >&2
  exit 1
  ;;
esac

now=$(date -u '+%Y-%m-%dT%H-%M-%SZ %s')
name=${now% *}
partial=$folder/partial.$name
rm -rf "$folder"/partial.* # what a killed run has left
trap 'rm -rf "$partial"' EXIT
trap 'kill "${!-}" || :; exit 143' TERM INT

if [ -n "${INFLUXDB_RPC:-}" ]; then
  influxd backup -portable -host "$INFLUXDB_RPC" "$partial" &
else
  sh "$here/influx.sh" backup "$partial" &
fi
wait "$!" # and not in the foreground, where a shell hears no signal

# Either program can succeed with nothing written.
if [ -z "$(find "$partial" -name '*.manifest' -size +0)" ]; then
  echo "InfluxDB's own backup command has succeeded and left no manifest in $partial: nothing is kept of it." >&2
  exit 1
fi
if [ -e "$folder/$name" ]; then
  echo "$folder/$name is there already: two backups in one second, nothing is kept of this one." >&2
  exit 1
fi
mv "$partial" "$folder/$name"
echo "made $folder/$name ($(du -sh "$folder/$name" | cut -f1))"

# Only what this script has made, oldest first, and only after a success.
find "$folder" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??-??-??Z' | sort -r | tail -n +$((kept + 1)) |
  while read -r old; do
    rm -rf "$old"
    echo "deleted $old"
  done

# Grafana's rule "No backup" goes by this point. Without it the backup is as good: what fails here is no failed backup.
bytes=$(($(du -sk "$folder/$name" | cut -f1) * 1024))
left=$(find "$folder" -mindepth 1 -maxdepth 1 -type d -name '????-??-??T??-??-??Z' | wc -l)
sh "$here/note.sh" "twitter_backup size_bytes=${bytes}i,kept=$((left))i ${now#* }" &
wait "$!" ||
  echo "The backup is there, but InfluxDB could not be told of it: the alert \"No backup\" does not know it." >&2
