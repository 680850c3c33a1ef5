import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mock } from 'node:test';

import { connectX } from '../../functions/adapters/twitter.ts';
import type { Identity } from '../../functions/collectors/collector.ts';
import type { Config } from '../../functions/config.ts';
import { statusOf } from '../../functions/http/answer.ts';
import type { Point } from '../../functions/measurement.ts';
import type { Outcome } from '../../functions/run/report.ts';
import { collectOnce, configOf, instanceOf, type StoredRow, stubInfluxDb } from '../functions/fixtures.ts';
import { type SeenRequest, startXServer } from '../support/x-server.ts';

/** One answer of X: to the next request for `path` that has exactly this query, the order within a list being free. */
export interface CaseAnswer {
  readonly path: string;
  /** Absent where any will do. */
  readonly query?: Readonly<Record<string, string>>;
  /** Whether the request must be signed by the owner of the X app instead of bearing the app's token. */
  readonly asOwner?: true;
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What a collector is run with. */
export interface Given {
  readonly collector: string;
  /** As `TWITTER_USERS` has them. */
  readonly accounts: string;
  /** The tick's time, RFC 3339: the clock stands still at it. */
  readonly time: string;
  /** Accounts that have points already, by any key. */
  readonly identities?: Readonly<Record<string, Identity>>;
  /** Further variables of the configuration. */
  readonly env?: Readonly<Record<string, string>>;
  /** Ids of posts bought earlier that day, by account. */
  readonly bought?: Readonly<Record<string, readonly string[]>>;
  readonly answers: readonly CaseAnswer[];
}

/** A case folder, read. */
export interface Case extends Given {
  readonly name: string;
  readonly description: string;
  /** Sorted lines, those of failures without their time; no file means none. */
  readonly expectedLines: readonly string[];
  /** Without a file 204. */
  readonly expectedStatus: number;
}

/** What came of a case. */
export interface CaseResult {
  readonly outcome: Outcome;
  readonly status: number;
  /** What the run is for, and how it went. */
  readonly results: readonly Point[];
  /** Ledger, budget and latches, in the order of writing. */
  readonly books: readonly Point[];
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
    .map((name) => readCase(collector, name));
}

/**
 * Runs a collector over real HTTP at the case's own time, against a server that has these answers. The clock of the
 * whole process is set for it, so that no two cases can run at once.
 */
export async function runCase(given: Given): Promise<CaseResult> {
  const x = await startAnswering(given);
  const time = Date.parse(given.time);
  mock.timers.enable({ apis: ['Date'], now: time });
  try {
    const config = configOf({ TWITTER_USERS: given.accounts, TWITTER_API_URL: x.url, ...given.env });
    const influxdb = stubInfluxDb(rowsOf(given, config));
    const instance = instanceOf({ config, askX: connectX(config.x), influxdb });
    const outcome = await collectOnce(instance, { collectors: [given.collector] }, { time, isEvent: true });
    const isBook = ({ measurement }: Point): boolean => /_(ledger|budget|latch)$/.test(measurement);
    const [books, results] = [influxdb.written.filter(isBook), influxdb.written.filter((point) => !isBook(point))];
    return { outcome, status: statusOf(outcome.failures), results, books, unserved: x.unserved, unasked: x.rest };
  } finally {
    mock.timers.reset();
    await x.close();
  }
}

/** A server with the answers, each given once, at the case's time. */
async function startAnswering({ answers, time }: Given): Promise<{
  readonly url: string;
  readonly unserved: readonly string[];
  readonly rest: readonly CaseAnswer[];
  close(): Promise<void>;
}> {
  const rest = [...answers];
  const unserved: string[] = [];
  const date = new Date(time).toUTCString();
  const server = await startXServer((request) => {
    const index = rest.findIndex((answer) => isMeantFor(answer, request));
    const [answer] = index < 0 ? [] : rest.splice(index, 1);
    if (answer === undefined) unserved.push(`${request.path}?${request.query.toString()}`);
    const { status, headers, body } = answer ?? { status: 418, body: 'the case has no answer to this request' };
    return { status, headers: { date, ...headers }, body };
  });
  return { url: server.url, unserved, rest, close: () => server.close() };
}

function isMeantFor({ path, query, asOwner }: CaseAnswer, request: SeenRequest): boolean {
  const isSigned = request.headers.authorization?.startsWith('OAuth ') === true;
  if (path !== request.path || isSigned !== (asOwner === true)) return false;
  return query === undefined || normalized(query) === normalized(Object.fromEntries(request.query));
}

/** Accounts are asked for in an order that changes from day to day. */
function normalized(query: Readonly<Record<string, string>>): string {
  const entries = Object.entries(query).map(([key, list]) => [key, list.split(',').sort()]);
  return JSON.stringify(entries.sort());
}

/** What the store knows: who was seen an hour ago, and what was bought then. */
function rowsOf({ time, identities = {}, bought = {} }: Given, { prices }: Config): StoredRow[] {
  const hourAgo = new Date(Date.parse(time) - 3_600_000).toISOString();
  const seen = Object.values(identities).map(({ id, username }) => ({
    measurement: 'twitter_user',
    tags: { user_id: id, username },
    columns: { time: hourAgo, last: 1 },
  }));
  const lines = Object.entries(bought).map(([key, ids], index) => ({
    measurement: 'twitter_ledger',
    columns: {
      ...{ time: hourAgo, resource: 'tweet', state: 'settled', purchase: `p${index}` },
      ...{ keys: key.toLowerCase(), ids: ids.join(','), new_resources: ids.length },
      ...{ cost_microusd: ids.length * prices.tweet, owned: 0 },
    },
  }));
  return [...seen, ...lines];
}

function readCase(collector: string, name: string): Case {
  const read = (file: string): string | undefined => {
    const path = join(import.meta.dirname, collector, name, file);
    return existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  };
  const facts = JSON.parse(read('case.json') ?? '') as Omit<Case, 'name' | 'collector' | 'answers'>;
  return {
    ...facts,
    name,
    collector,
    answers: JSON.parse(read('answers.json') ?? '') as CaseAnswer[],
    expectedLines: (read('expected.lp') ?? '')
      .split('\n')
      .filter((line) => line !== '')
      .sort(),
    expectedStatus: Number(read('expected-status') ?? 204),
  };
}
