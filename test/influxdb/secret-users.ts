import { secrets } from './bootstrap-process.ts';
import type { User } from './influx-user.ts';

/** The administrator of `secrets`. */
export const admin: User = {
  username: secrets['influxdb-admin'].INFLUXDB_ADMIN_USERNAME,
  password: secrets['influxdb-admin'].INFLUXDB_ADMIN_PASSWORD,
};

/** The function's user of `secrets`; of its file the line break at the end is cut off. */
export const writer: User = {
  username: secrets['influxdb-creds'].INFLUXDB_USERNAME,
  password: secrets['influxdb-creds'].INFLUXDB_PASSWORD.trimEnd(),
};

/** Grafana's user of `secrets`. */
export const reader: User = {
  username: secrets['grafana-creds'].INFLUXDB_READ_USERNAME,
  password: secrets['grafana-creds'].INFLUXDB_READ_PASSWORD,
};
