import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

import { folderFor } from '../../functions/fixtures.ts';
import { type Influxd, killWithThisProcess, startInfluxd } from '../../support/influxd.ts';
import { root } from '../../support/yaml.ts';

/** When the ancestor began, in Unix seconds, and how often it read. */
export const start = 1_547_479_872;
export const quarterHour = 900;

/** One run of the ancestor's for one user: a second, and what X said; a number that is left out was not written. */
export interface Reading {
  readonly user: string;
  /** Unix seconds. */
  readonly time: number;
  readonly numbers: Partial<Record<AncestorName, number>>;
}

export type AncestorName = 'followers_count' | 'friends_count' | 'listed_count' | 'favourites_count' | 'statuses_count';

/** The ancestor's lines for a reading: five measurements, one tag, one integer field, one second. */
export function linesOf({ user, time, numbers }: Reading): string[] {
  const tag = user.replace(/[,= ]/g, '\\$&');
  return Object.entries(numbers).map(([name, value]) => `${name},user=${tag} value=${value}i ${time}`);
}

/** A reading with all five numbers, each of them another one. */
export function readingOf(user: string, time: number, followers = 100): Reading {
  const others = { friends_count: 3, listed_count: 2, favourites_count: 9, statuses_count: 50 };
  return { user, time, numbers: { followers_count: followers, ...others } };
}

/** Two databases in one InfluxDB, or, with `apart`, in two, that end with the test. */
export interface World {
  readonly source: Influxd;
  readonly target: Influxd;
  /** Where the source's data are. */
  readonly database: string;
  /** The arguments and the environment with which the import finds both; `env` has the function's variables alone. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

export interface WorldOptions {
  /** A server of its own for the source: one that wants credentials, or one that wants none. */
  readonly apart?: 'closed' | 'open';
  readonly maxRowLimit?: number;
}

/** Starts what an import needs, with these lines in the source (seconds). */
export async function startWorld(
  t: TestContext,
  lines: readonly string[],
  { apart, ...limits }: WorldOptions = {},
): Promise<World> {
  const target = await startInfluxd(limits);
  t.after(() => target.close());
  const source = apart === undefined ? target : await startInfluxd({ auth: apart === 'closed', ...limits });
  if (apart !== undefined) t.after(() => source.close());
  const database = 'the ancestor';
  await source.adminQuery(`CREATE DATABASE "${database}"`);
  await source.adminQuery(`GRANT ALL ON "${database}" TO "${source.username}"`);
  await writeLines(source, database, lines, 's');
  const args = [
    '--from-database',
    database,
    '--data',
    folderFor(t),
    ...(apart === undefined ? [] : ['--from', source.url]),
  ];
  const env = {
    CONFIG_DIR: '/nonexistent',
    INFLUXDB_URL: target.url,
    INFLUXDB_USERNAME: target.username,
    INFLUXDB_PASSWORD: target.password,
    ...(apart === 'closed' ? await addReader(source, database) : {}),
  };
  return { source, target, database, args, env };
}

/** A user that may read the database and nothing else, as the variables of the import. */
async function addReader(source: Influxd, database: string): Promise<Record<string, string>> {
  const password = randomBytes(12).toString('hex');
  await source.adminQuery(`CREATE USER "reader" WITH PASSWORD '${password}'`);
  await source.adminQuery(`GRANT READ ON "${database}" TO "reader"`);
  return { FROM_INFLUXDB_USERNAME: 'reader', FROM_INFLUXDB_PASSWORD: password };
}

/** Writes lines of line protocol as the server's user, into the default retention policy unless one is named. */
export async function writeLines(
  influxd: Influxd,
  database: string,
  lines: readonly string[],
  precision: 's' | 'ms',
  policy = '',
): Promise<void> {
  const parameters = new URLSearchParams({ db: database, precision, ...(policy === '' ? {} : { rp: policy }) });
  const basic = Buffer.from(`${influxd.username}:${influxd.password}`).toString('base64');
  for (let start = 0; start < lines.length; start += 20_000) {
    const answer = await fetch(`${influxd.url}/write?${parameters.toString()}`, {
      method: 'POST',
      headers: { authorization: `Basic ${basic}` },
      body: lines.slice(start, start + 20_000).join('\n'),
    });
    if (answer.status !== 204) throw new Error(`InfluxDB answers ${answer.status}: ${await answer.text()}`);
  }
}

/** One row of an answer: columns by name, the tags it is grouped by among them. */
export type Row = Readonly<Record<string, unknown>>;

/** The rows of a query to the target as its user, times in RFC 3339. */
export async function rowsIn(influxd: Influxd, statement: string): Promise<Row[]> {
  const { results } = (await influxd.query(statement)) as {
    results: { series?: { tags?: Row; columns: string[]; values: unknown[][] }[] }[];
  };
  return results.flatMap(({ series = [] }) =>
    series.flatMap(({ tags, columns, values }) =>
      values.map((value) => ({
        ...tags,
        ...Object.fromEntries(columns.map((column, index) => [column, value[index]])),
      })),
    ),
  );
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** An import as a process of its own. */
export interface ImportProcess {
  readonly pid: number;
  readonly ended: Promise<Ended>;
  readonly kill: () => void;
}

/** Starts `npm run import:twittergraph` with this environment alone. */
export function startImport(args: readonly string[], env: Readonly<Record<string, string>>): ImportProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/import/index.ts', ...args], {
    cwd: root,
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  killWithThisProcess(child);
  const waiting = Promise.all([once(child, 'close'), text(child.stdout), text(child.stderr)]);
  const ended = waiting.then(([[code, signal], out, err]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
    out,
    err,
  }));
  return { pid: child.pid ?? 0, ended, kill: () => void child.kill('SIGKILL') };
}

/** Runs an import between the world's two ends to its end. */
export function importIn(world: World, ...args: string[]): Promise<Ended> {
  return startImport([...world.args, ...args], world.env).ended;
}

/** The JSON report of an import that ended. */
export interface ImportFacts {
  readonly names: readonly NameFacts[];
  readonly unknown: readonly { name: string; numbers: number }[];
  readonly nameless: number;
  readonly source: { readonly policies: readonly string[] };
  readonly warnings: readonly string[];
  readonly lookUp?: { readonly microUsd: number; readonly failures: readonly { account?: string; reason: string }[] };
}

export interface NameFacts {
  readonly name: string;
  readonly userId: string;
  readonly username: string;
  readonly knownFrom: string;
  readonly note?: string;
  readonly resumedAt?: string;
  readonly points: Counts;
  readonly numbers: Readonly<Record<'read' | 'skipped' | 'written' | 'alreadyThere' | 'keptOut', Counts>>;
  readonly problems: readonly string[];
}

type Counts = Readonly<Record<string, number>>;

/** The report in what was printed with `--json`. Throws with everything printed where there is none. */
export function factsOf({ out, err, code }: Ended): ImportFacts {
  try {
    return JSON.parse(out) as ImportFacts;
  } catch {
    throw new Error(`no report, code ${String(code)}:\n${out}\n${err}`);
  }
}

export function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}
