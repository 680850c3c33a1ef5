/** Where the page reads, an embedded store or a real InfluxDB. */
export type Influx = { url: string; database: string; username: string; password: string };

/** One series of an InfluxQL answer: rows by column name. */
export type SeriesAnswer = { tags: Record<string, string>; rows: Record<string, unknown>[] };

/** The store could not be read; the message is for the person at the page and says what to do. */
export class StoreProblem extends Error {}

const timeoutMs = 5_000;

/**
 * Runs statements in one request and returns the series of each, times in milliseconds. Throws StoreProblem.
 * https://docs.influxdata.com/influxdb/v1/tools/api/#query-http-endpoint
 */
export async function queryInflux(influx: Influx, statements: readonly string[]): Promise<SeriesAnswer[][]> {
  const results = await postQuery(influx, statements.join('; '));
  return statements.map((_, at) => {
    const result = results[at];
    if (result?.error !== undefined) throw new StoreProblem(describeError(influx, result.error));
    return (result?.series ?? []).map(({ tags, columns, values }) => ({
      tags: tags ?? {},
      rows: values.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    }));
  });
}

type ResultJson = {
  series?: { tags?: Record<string, string>; columns: string[]; values: unknown[][] }[];
  error?: string;
};

async function postQuery(influx: Influx, q: string): Promise<ResultJson[]> {
  const credential = Buffer.from(`${influx.username}:${influx.password}`).toString('base64');
  const response = await fetch(`${influx.url}/query`, {
    method: 'POST',
    headers: { authorization: `Basic ${credential}` },
    body: new URLSearchParams({ db: influx.database, epoch: 'ms', q }),
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((error: unknown) => {
    throw new StoreProblem(`The store at ${influx.url} does not answer (${describeCause(error)}).`);
  });
  const text = await response.text().catch(() => '');
  if (response.status === 401 || response.status === 403) {
    throw new StoreProblem(`The store at ${influx.url} refuses the user name or password (${response.status}).`);
  }
  const answer = readJson(text);
  if (answer?.results !== undefined) return answer.results;
  throw new StoreProblem(describeError(influx, answer?.error ?? `HTTP ${response.status}`));
}

function describeError(influx: Influx, error: string): string {
  if (error.includes('database not found')) return `The store at ${influx.url} has no database “${influx.database}”.`;
  // So InfluxDB 1.6 answers several questions to a database that it does not have.
  if (error === 'not executed') {
    return `The store at ${influx.url} says no more than “not executed”: is there no database “${influx.database}”?`;
  }
  return `The store at ${influx.url} cannot answer: ${error.slice(0, 200)}.`;
}

function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  if (error.name === 'TimeoutError') return `no answer within ${timeoutMs / 1000} s`;
  const { code } = (error.cause ?? {}) as { code?: string };
  return code === 'ECONNREFUSED' ? 'connection refused' : (code ?? error.message);
}

function readJson(text: string): { results?: ResultJson[]; error?: string } | undefined {
  try {
    return JSON.parse(text) as { results?: ResultJson[]; error?: string };
  } catch {
    return undefined;
  }
}
