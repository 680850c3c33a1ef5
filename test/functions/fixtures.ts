import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { toLineProtocol } from '../../functions/adapters/influxdb.ts';
import type { Terms } from '../../functions/billing/book.ts';
import type { LedgerLine } from '../../functions/billing/line.ts';
import { type Config, readConfig } from '../../functions/config.ts';
import { secretsOf } from '../../functions/config/credentials.ts';
import { createCleaner, createRedactor } from '../../functions/config/redact.ts';
import { ConfigError, type Environment } from '../../functions/config/settings.ts';
import type { Deadline } from '../../functions/deadline.ts';
import { RunError } from '../../functions/failure.ts';
import { collect } from '../../functions/jobs/collect.ts';
import type { Point } from '../../functions/measurement.ts';
import { openShutdown } from '../../functions/run/shutdown.ts';
import { runJob } from '../../functions/run/frame.ts';
import { freshMemory, type Instance } from '../../functions/run/instance.ts';
import type { Outcome } from '../../functions/run/report.ts';
import type { Tick } from '../../functions/run/run.ts';
import type { InfluxDb, InfluxReply, Store } from '../../functions/store/influxdb.ts';
import type { AskX, XReply } from '../../functions/x/answer.ts';

/** The least that starts the function; no folder is mounted. */
export const leastEnvironment: Environment = {
  CONFIG_DIR: '/nonexistent',
  TWITTER_USERS: 'jack',
  TWITTER_BEARER_TOKEN: 'bearer-marker',
  INFLUXDB_URL: 'http://influxdb:8086',
  INFLUXDB_USERNAME: 'writer',
  INFLUXDB_PASSWORD: 'password-marker',
};

/** The configuration of `leastEnvironment` with these variables set instead; a budget that no test reaches by chance. */
export function configOf(env: Environment = {}): Config {
  return readConfig({ ...leastEnvironment, TWITTER_DAILY_BUDGET_USD: '1000', ...env });
}

/** The problems that reading this configuration ends with, one sentence each; none when it is read. */
export function problemsOf(env: Environment): string[] {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error.message.split('\n').flatMap((line) => (line.startsWith('  - ') ? [line.slice(4)] : []));
  }
}

/** Rows of one series as InfluxDB sends them: columns by name, the time among them. */
export interface StoredRow {
  readonly measurement: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** An InfluxDB that answers each statement with these rows of its measurement, and keeps what it is given. */
export function stubInfluxDb(rows: readonly StoredRow[] = []): InfluxDb & { written: Point[]; statements: string[] } {
  const written: Point[] = [];
  const statements: string[] = [];
  return {
    written,
    statements,
    query(text) {
      const asked = text.split('; ');
      statements.push(...asked);
      const documents = asked.map((statement, index) => documentOf(statement, index, rows));
      return Promise.resolve({ status: 200, text: documents.map((each) => `${JSON.stringify(each)}\n`).join('') });
    },
    write(points) {
      written.push(...points);
      return Promise.resolve({ status: 204, text: '' });
    },
  };
}

function documentOf(statement: string, index: number, rows: readonly StoredRow[]): object {
  const measurement = /FROM "(\w+)"/.exec(statement)?.[1];
  const series = rows
    .filter((row) => row.measurement === measurement)
    .map(({ tags = {}, columns }) => ({
      ...{ name: measurement, tags, columns: Object.keys(columns), values: [Object.values(columns)] },
    }));
  return { results: [{ statement_id: index, series }] };
}

/** What InfluxDB answers to a question of one statement, all of it in one part. */
export function influxReply(result: object, status = 200): InfluxReply {
  return { status, text: `${JSON.stringify({ results: [{ statement_id: 0, ...result }] })}\n` };
}

/** The store of a configuration over an InfluxDB. */
export function storeOf(influxdb: InfluxDb, config: Config = configOf()): Store {
  return { influxdb, access: config.store, clean: cleanerOf(config) };
}

/** What makes foreign text fit to be shown, with the secrets of a configuration. */
export function cleanerOf(config: Config = configOf()): Instance['clean'] {
  return createCleaner(createRedactor(secretsOf(config.x, config.store)));
}

/** An instance over `leastEnvironment` whose X must not be asked, unless a part is given. Its log goes nowhere. */
export function instanceOf(
  parts: Partial<Instance> & { readonly env?: Environment; readonly influxdb?: InfluxDb } = {},
): Instance {
  const { env, influxdb = stubInfluxDb(), ...given } = parts;
  const config = parts.config ?? configOf(env);
  return {
    version: '0.0.0-test',
    config,
    askX: () => Promise.reject(new Error('X was asked')),
    store: storeOf(influxdb, config),
    toLineProtocol,
    log: () => undefined,
    clean: cleanerOf(config),
    memory: freshMemory(config),
    shutdown: openShutdown(),
    ...given,
  };
}

/** Runs `{"job":"collect"}` with these keys besides. */
export function collectOnce(
  instance: Instance,
  data: Readonly<Record<string, unknown>> = {},
  tick: Partial<Tick> = {},
  dryRun?: Point[],
): Promise<Outcome> {
  return runJob(instance, { job: collect, data, tick: tickOf(tick), dryRun }, openDeadline());
}

/** A deadline that never passes, or, where `ended`, has passed. */
export function openDeadline(ended = false): Deadline {
  const controller = new AbortController();
  if (ended) controller.abort();
  return { endsAt: Date.now() + (ended ? 0 : 3_600_000), signal: controller.signal };
}

/** A person's tick of this moment. */
export function tickOf(parts: Partial<Tick> = {}): Tick {
  const now = Date.now();
  return { time: Math.floor(now / 1000) * 1000, startedAt: now, isEvent: false, ...parts };
}

/** A reply of X around this body. */
export function replyOf(body: unknown, parts: Partial<Omit<XReply, 'body'>> = {}): XReply {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status: 200, headers: {}, body: Buffer.from(text), ...parts };
}

/** An `AskX` that takes its replies from the list, one for each request; an error in it is thrown. */
export function askingInTurn(replies: readonly (XReply | Error)[]): AskX & { readonly asked: string[] } {
  const rest = [...replies];
  const asked: string[] = [];
  const ask: AskX = (request) => {
    asked.push(`${request.path}?${request.query['usernames'] ?? request.query['ids'] ?? ''}`);
    const next = rest.shift() ?? new Error('X was asked once too often');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return Object.assign(ask, { asked });
}

/** A day on which nobody is configured and nothing is limited, unless a part is given. */
export function termsOf(parts: Partial<Terms> = {}): Terms {
  return { accounts: [], userPrice: 10_000, budget: 1_000_000, ...parts };
}

/** A settled purchase of profiles, one at 0.01 dollars for each of its ids, unless a part is given. */
export function ledgerLine(parts: Partial<LedgerLine>): LedgerLine {
  const ids = parts.ids ?? [];
  const count = ids.length;
  const settled = { state: 'settled', newResources: count, cost: count * 10_000, owned: false } as const;
  return { purchase: 'p1', resource: 'user', keys: [], ...settled, ...parts, ids };
}

/** What a promise was rejected with, which must be a `RunError`, without stack and other noise. */
export async function runErrorOf(promise: Promise<unknown>): Promise<RunError> {
  const outcome = await promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  if (!('error' in outcome)) assert.fail(`not rejected, but: ${JSON.stringify(outcome.value)}`);
  if (!(outcome.error instanceof RunError)) throw outcome.error;
  return outcome.error;
}

/** What was thrown, which must be a `RunError`. */
export function errorOf(act: () => unknown): RunError {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof RunError, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}

/** A temporary folder that goes with the test. */
export function folderFor(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-test-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A mounted Secret or ConfigMap as the kubelet lays it out: links to a hidden folder named by its time. */
export function mountVolume(configDir: string, name: string, files: Readonly<Record<string, string>>): void {
  const stamped = '..2026_11_23_01_40_40.123456789';
  mkdirSync(join(configDir, name, stamped), { recursive: true });
  symlinkSync(stamped, join(configDir, name, '..data'));
  for (const [file, content] of Object.entries(files)) {
    writeFileSync(join(configDir, name, stamped, file), content);
    symlinkSync(join('..data', file), join(configDir, name, file));
  }
}
