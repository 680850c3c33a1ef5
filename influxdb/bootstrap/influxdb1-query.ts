import { type Answer, refusalOf, send } from './server.ts';
import { type Login, OperatorError } from './settings.ts';

/** What runs a statement as the administrator and returns the rows of its answer. */
export type Ask = (statement: string) => Promise<unknown[][]>;

/** Sends a statement, as somebody or nobody. Statements go in the body: they may hold a password. */
export async function post(url: string, statement: string, login?: Login): Promise<Answer> {
  return send(`${url}/query`, { method: 'POST', form: { q: statement }, ...(login && { login }) });
}

/** The rows of all series. InfluxDB answers most errors with 200 and an error among the results. Throws them. */
export function rowsOf(answer: Answer, statement: string): unknown[][] {
  const { results = [] } = (answer.body ?? {}) as {
    results?: { error?: string; series?: { values?: unknown[][] }[] }[];
  };
  const error = results.find((result) => result.error !== undefined)?.error;
  if (answer.status === 200 && error === undefined)
    return results.flatMap(({ series = [] }) => series.flatMap(({ values = [] }) => values));
  // The password is behind the second word at the earliest.
  const [verb = '', object = ''] = statement.split(' ');
  throw new OperatorError(
    `InfluxDB refuses ${verb} ${object} …: ${error === undefined ? refusalOf(answer) : `"${error}"`}.`,
  );
}

/** A name as InfluxQL writes it: https://docs.influxdata.com/influxdb/v1/query_language/spec/#identifiers */
export function identifier(name: string): string {
  return `"${name.replace(/["\\]/g, '\\$&')}"`;
}

/** A text as InfluxQL writes it. */
export function literal(text: string): string {
  return `'${text.replace(/['\\]/g, '\\$&')}'`;
}
