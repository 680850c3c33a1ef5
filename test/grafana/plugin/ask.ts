import type { Influxd } from '../../support/influxd.ts';

/** A series of an InfluxQL answer; times in Unix milliseconds. */
export interface Series {
  readonly name: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly Cell[])[];
}

/** A value of an InfluxQL answer. */
export type Cell = string | number | boolean | null;

/**
 * The series of a query's first statement, asked as the plug-in asks: it reads no other. Throws what InfluxDB says
 * against it. https://github.com/grafana/grafana-influxdb-datasource/blob/main/pkg/influxdb/influxql/influxql.go
 */
export async function askInfluxd(influxd: Influxd, query: string, database = influxd.database): Promise<Series[]> {
  const credentials = Buffer.from(`${influxd.username}:${influxd.password}`).toString('base64');
  const answer = await fetch(`${influxd.url}/query?${new URLSearchParams({ db: database, epoch: 'ms' }).toString()}`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ q: query }),
  });
  const body = (await answer.json()) as { error?: string; results?: { error?: string; series?: Series[] }[] };
  const [first] = body.results ?? [];
  const error = body.error ?? first?.error;
  if (error !== undefined) throw new Error(`InfluxDB answers ${answer.status} "${error}" to ${query}`);
  return first?.series ?? [];
}
