const hour = 3_600;
const day = 24 * hour;
const unitSeconds: Readonly<Record<string, number>> = { h: hour, d: day, w: 7 * day };

/** Seconds of `infinite` (0) or of hours, days or weeks such as `720h`, `1825d`, `260w`; undefined for anything else. */
export function parseRetention(text: string): number | undefined {
  if (text === 'infinite') return 0;
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([hdw])$/.exec(text) ?? [];
  const seconds = unitSeconds[unit];
  return seconds === undefined ? undefined : Number(count) * seconds;
}

/** How long points are kept, in words. */
export function formatRetention(seconds: number): string {
  if (seconds === 0) return 'for ever';
  const [count, unit] = seconds % day === 0 ? [seconds / day, 'day'] : [seconds / hour, 'hour'];
  return `for ${count} ${unit}${count === 1 ? '' : 's'}`;
}

/**
 * How long a shard should be: the rule by which InfluxDB chooses when a database is made. It does not choose again when
 * the retention changes, and refuses one that is shorter than a shard.
 * https://docs.influxdata.com/influxdb/v2/reference/internals/shards/#shard-group-duration
 */
export function shardSecondsFor(retentionSeconds: number): number {
  if (retentionSeconds === 0 || retentionSeconds >= 180 * day) return 7 * day;
  return retentionSeconds >= 2 * day ? day : hour;
}
