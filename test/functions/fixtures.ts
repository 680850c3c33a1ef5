import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

import { type App, freshState, type Store } from '../../functions/app.ts';
import type { LedgerLine } from '../../functions/billing/ledger.ts';
import type { AskX, XAnswer } from '../../functions/collectors/collector.ts';
import { type Config, ConfigError, readConfig } from '../../functions/config.ts';
import { secretsOf } from '../../functions/config/credentials.ts';
import { createRedactor } from '../../functions/config/redact.ts';
import type { Environment } from '../../functions/config/settings.ts';
import { RunError } from '../../functions/failure.ts';
import { type CollectRequest, parseJobRequest } from '../../functions/jobs/request.ts';
import type { Tick } from '../../functions/run/run.ts';
import type { Deadline } from '../../functions/deadline.ts';

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

/** A store that takes everything and knows nothing. */
export const emptyStore: Store = { query: () => Promise.resolve([]), write: () => Promise.resolve() };

/** An app over `leastEnvironment` whose X must not be asked, unless a part is given. Its log goes nowhere. */
export function appOf(parts: Partial<App> & { readonly env?: Environment } = {}): App {
  const { env, ...given } = parts;
  const config = parts.config ?? configOf(env);
  return {
    version: '0.0.0-test',
    config,
    state: freshState(config),
    askX: () => Promise.reject(new Error('X was asked')),
    store: emptyStore,
    log: () => undefined,
    redact: createRedactor(secretsOf(config.x, config.store)),
    ...given,
  };
}

/** A request as `{"job":"collect"}` with these keys makes it. */
export function requestOf(body: object = {}): CollectRequest {
  const request = parseJobRequest(body);
  assert.equal(request.job, 'collect');
  return request;
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
  return { time: Math.floor(now / 1000) * 1000, startedAt: now, isEvent: false, deadline: openDeadline(), ...parts };
}

/** An answer of X around this body. */
export function answerOf(body: unknown, parts: Partial<XAnswer> = {}): XAnswer {
  return { body, rateLimit: undefined, date: undefined, ...parts };
}

/** An `AskX` that takes its answers from the list, one for each request; an error in it is thrown. */
export function askingInTurn(answers: readonly (XAnswer | Error)[]): AskX & { readonly asked: string[] } {
  const rest = [...answers];
  const asked: string[] = [];
  const ask: AskX = (request) => {
    asked.push(`${request.path}?${request.query['usernames'] ?? request.query['ids'] ?? ''}`);
    const next = rest.shift() ?? new Error('X was asked once too often');
    return next instanceof Error ? Promise.reject(next) : Promise.resolve(next);
  };
  return Object.assign(ask, { asked });
}

/** A settled purchase of profiles, one at 0.01 dollars for each of its ids, unless a part is given. */
export function ledgerLine(parts: Partial<LedgerLine> & Pick<LedgerLine, 'time' | 'keys' | 'ids'>): LedgerLine {
  const count = parts.ids.length;
  const settled = { state: 'settled', newResources: count, cost: count * 10_000 } as const;
  return { resource: 'user', batch: 0, ...settled, ...parts };
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
