import type { Influxd } from './influxd.ts';

/** Stores lines whose times are in milliseconds, unless said otherwise. Throws what InfluxDB says when it does not take all of them. */
export async function writeLines(
  influxd: Influxd,
  lines: readonly string[],
  precision: 'ms' | 'ns' = 'ms',
): Promise<void> {
  const basic = Buffer.from(`${influxd.username}:${influxd.password}`).toString('base64');
  const response = await fetch(`${influxd.url}/write?db=${influxd.database}&precision=${precision}`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: lines.join('\n'),
  });
  if (response.status !== 204) throw new Error(`InfluxDB answers ${response.status} ${await response.text()}`);
}
