import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { connectX } from '../../functions/adapters/twitter.ts';
import { statusOf } from '../../functions/failure.ts';
import { collect, type Outcome } from '../../functions/jobs/collect.ts';
import type { Measurement } from '../../functions/measurement.ts';
import { appOf, configOf, requestOf, tickOf } from '../functions/fixtures.ts';
import { type SeenRequest, startXServer } from '../support/x-server.ts';

/** One answer of X: to the next request for `path` that has these query parameters, `*` standing for any end. */
export interface CaseAnswer {
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** A case folder, read. */
export interface Case {
  readonly name: string;
  readonly description: string;
  /** As `TWITTER_USERS` has them. */
  readonly accounts: string;
  /** The tick's time, RFC 3339. */
  readonly time: string;
  readonly answers: readonly CaseAnswer[];
  /** Sorted lines, those of failures without their time; no file means none. */
  readonly expectedLines: readonly string[];
  /** Without a file 204. */
  readonly expectedStatus: number;
}

/** What came of a case. */
export interface CaseResult {
  readonly outcome: Outcome;
  readonly status: number;
  readonly measurements: readonly Measurement[];
  /** Requests that no answer was meant for. */
  readonly unserved: readonly string[];
  /** Answers that were not asked for. */
  readonly unasked: readonly CaseAnswer[];
}

/** The case folders of a collector in order of their names. */
export function readCases(collector: string): Case[] {
  const folder = join(import.meta.dirname, collector);
  return readdirSync(folder)
    .sort()
    .map((name) => readCase(join(folder, name), name));
}

/** Runs the collect job over real HTTP against a server that has these answers, with nothing stored. */
export async function runCase(given: Pick<Case, 'accounts' | 'time' | 'answers'>): Promise<CaseResult> {
  const rest = [...given.answers];
  const unserved: string[] = [];
  const server = await startXServer((request) => {
    const index = rest.findIndex((answer) => isMeantFor(answer, request));
    const [answer] = index < 0 ? [] : rest.splice(index, 1);
    if (answer === undefined) unserved.push(`${request.path}?${request.query.toString()}`);
    return answer ?? { status: 418, body: 'the case has no answer to this request' };
  });
  try {
    const config = configOf({ TWITTER_USERS: given.accounts, TWITTER_API_URL: server.url });
    const measurements: Measurement[] = [];
    const outcome = await collect(
      appOf({ config, askX: connectX(config.x) }),
      requestOf(),
      tickOf({ time: Date.parse(given.time) }),
      (batch) => Promise.resolve(void measurements.push(...batch)),
    );
    return { outcome, status: statusOf(outcome.failures), measurements, unserved, unasked: rest };
  } finally {
    await server.close();
  }
}

function isMeantFor(answer: CaseAnswer, { path, query }: SeenRequest): boolean {
  const wanted = Object.entries(answer.query ?? {});
  return path === answer.path && wanted.every(([key, value]) => fits(query.get(key), value));
}

function fits(actual: string | null, wanted: string): boolean {
  return wanted.endsWith('*') ? (actual ?? '').startsWith(wanted.slice(0, -1)) : actual === wanted;
}

function readCase(folder: string, name: string): Case {
  const read = (file: string): string | undefined =>
    existsSync(join(folder, file)) ? readFileSync(join(folder, file), 'utf8') : undefined;
  const facts = JSON.parse(read('case.json') ?? '') as Pick<Case, 'description' | 'accounts' | 'time'>;
  return {
    name,
    ...facts,
    answers: JSON.parse(read('answers.json') ?? '') as CaseAnswer[],
    expectedLines: (read('expected.lp') ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
    expectedStatus: Number(read('expected-status') ?? 204),
  };
}
