import type { Influxd } from '../support/influxd.ts';

/** One row of an answer, tags and columns together. */
export type StoredRow = Readonly<Record<string, unknown>>;

/** A part of InfluxDB's answer: one line of it. */
interface Part {
  readonly results?: readonly { readonly error?: string; readonly series?: readonly Series[] }[];
  readonly error?: string;
}

interface Series {
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly unknown[])[];
}

/** The rows of an InfluxQL query with one statement: all of them, whatever the server's limit is. Throws what InfluxDB says. */
export async function rowsOf(influxd: Influxd, query: string): Promise<StoredRow[]> {
  const basic = Buffer.from(`${influxd.username}:${influxd.password}`).toString('base64');
  const answer = await fetch(`${influxd.url}/query`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: new URLSearchParams({ db: influxd.database, q: query, chunked: 'true' }),
  });
  const parts = (await answer.text()).split('\n').filter((line) => line !== '');
  return parts.flatMap((line) => {
    const { results = [], error } = JSON.parse(line) as Part;
    const said = error ?? results.find((result) => result.error !== undefined)?.error;
    if (said !== undefined) throw new Error(`InfluxDB answers "${said}" to ${query}`);
    return results.flatMap(({ series = [] }) => series.flatMap(toRows));
  });
}

function toRows({ tags, columns, values }: Series): StoredRow[] {
  return values.map((row) => ({
    ...tags,
    ...Object.fromEntries(columns.map((column, index) => [column, row[index]])),
  }));
}
