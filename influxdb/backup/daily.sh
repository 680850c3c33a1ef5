#!/bin/sh
# Makes a backup whenever the newest is a day old. It looks every ten minutes, so a restart makes none too many.
set -u
here=$(dirname "$0")
trap 'kill "${!-}" || :; exit 0' TERM INT
while :; do
  if [ -z "$(find "${BACKUP_DIR:-/backup}" -mindepth 1 -maxdepth 1 -name '????-??-??T??-??-??Z' -mmin -1440)" ]; then
    sh "$here/backup.sh" &
    wait "$!" || echo "No backup was made; the next attempt is in ten minutes." >&2
  fi
  sleep 600 &
  wait "$!"
done
