import assert from 'node:assert/strict';

import { enterLine, openBook, type Terms } from '../../../functions/billing/book.ts';
import type { LedgerLine } from '../../../functions/billing/line.ts';
import { dayOf, daysTouched } from '../../../functions/billing/day.ts';
import type { Answer, Received, Want, XRequest } from '../../../functions/collectors/collector.ts';
import type { RunError } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { InfluxDb } from '../../../functions/store/influxdb.ts';
import { openLedgerTimes } from '../../../functions/store/ledger.ts';
import { closeWriter, openWriter } from '../../../functions/store/writer.ts';
import type { XAnswer, XReply } from '../../../functions/x/answer.ts';
import { type Budget, openBudget } from '../../../functions/x/budget.ts';
import { ask, buy } from '../../../functions/x/purchase.ts';
import { type Asked, openWay, type Patience, type WayToX } from '../../../functions/x/way.ts';
import { cleanerOf, openDeadline, replyOf, storeOf, stubInfluxDb, termsOf } from '../fixtures.ts';

/** Far from midnight there is one day only. */
export const noon = Date.parse('2026-11-23T12:00:00Z');
export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const prices = { user: 10_000, tweet: 5000 } as const;

/** What a budget is made with; `lines` are in the ledger of today. */
export interface BudgetParts {
  readonly terms?: Partial<Terms>;
  readonly influxdb?: InfluxDb;
  readonly lines?: readonly LedgerLine[];
}

/** The money of a run that begins now. */
export function budgetOf({ terms, influxdb = stubInfluxDb(), lines = [] }: BudgetParts = {}): Budget {
  const now = Date.now();
  const books = new Map(daysTouched(now, now + 30_000).map((day) => [day, openBook(termsOf(terms))]));
  const today = books.get(dayOf(now));
  for (const line of lines) if (today !== undefined) enterLine(today, line);
  const writer = openWriter({
    store: storeOf(influxdb),
    dryRun: undefined,
    deadline: openDeadline(),
    time: now,
    away: undefined,
  });
  return openBudget({ app: 'default', books, isRead: true, times: openLedgerTimes(), writer });
}

/** Up to so many posts of one account. */
export function posts(key: string, parts: Partial<Want> = {}): Want {
  return { resource: 'tweet', keys: [key], max: 20, min: 5, price: prices.tweet, owned: false, ...parts };
}

/** The profiles of these accounts. */
export function profiles(keys: readonly string[], parts: Partial<Want> = {}): Want {
  return { resource: 'user', keys, max: keys.length, min: 1, price: prices.user, owned: false, ...parts };
}

/** An account's profile by its name, or by its id. */
export const byName: XRequest = { path: 'users/by', query: { usernames: 'jack' } };
export const byId: XRequest = { path: 'users', query: { ids: '12' } };

/** A request for an account's timeline. */
export function timelineOf(id: string, parts: Partial<XRequest> = {}): XRequest {
  return { path: `users/${id}/tweets`, query: {}, account: `id:${id}`, ...parts };
}

/** The way to X of one run. */
export interface Way {
  readonly way: WayToX;
  readonly asked: Asked;
  /** Points of latches and ledger that have reached the store. */
  readonly written: () => Promise<readonly Point[]>;
  /** What the process hands on to its next run. */
  readonly patience: () => Patience;
  readonly ask: (request: XRequest) => Promise<XAnswer>;
  /** Buys what is wanted with this request; all ids in the answer's `data` are taken, unless it is read otherwise. */
  readonly buy: (
    want: Want,
    request: XRequest | ((granted: number) => XRequest),
    read?: (answer: Answer) => Received<unknown>,
  ) => Promise<unknown>;
}

/** A way to an X that is this function; of a process without a past, unless `patience` is given. */
export function wayOf(
  askX: WayToX['askX'],
  parts: Partial<Pick<WayToX, 'hasBearer' | 'deadline' | 'probe' | 'budget'> & Patience> & BudgetParts = {},
): Way {
  const influxdb = parts.influxdb ?? stubInfluxDb();
  const budget = parts.budget ?? budgetOf({ ...parts, influxdb });
  const { hasBearer = true, deadline = openDeadline(), probe = false } = parts;
  const { latches = new Map(), limitedUntil = new Map(), isInDoubt = false } = parts;
  const way = openWay(
    { askX, hasBearer, clean: cleanerOf(), deadline, probe, budget },
    { latches, limitedUntil, isInDoubt },
  );
  const asked: Asked = { requests: 0, rateLimit: undefined };
  return {
    way,
    asked,
    async written() {
      await closeWriter(budget.writer);
      return 'written' in influxdb ? (influxdb.written as Point[]) : [];
    },
    patience: () => ({ latches: way.latches, limitedUntil: way.limitedUntil, isInDoubt: way.isInDoubt }),
    ask: (request) => ask(way, asked, request),
    buy(want, request, read = (answer) => receive(want, answer)) {
      return buy(way, asked, want, typeof request === 'function' ? request : () => request, read);
    },
  };
}

/** Takes every id in an answer for what was wanted. */
function receive({ resource, keys }: Want, { body }: Answer): Received<readonly string[]> {
  const { data = [] } = body as { data?: { id: string }[] };
  const ids = data.map(({ id }) => id);
  const answered = resource === 'tweet' ? keys : keys.map((key, index) => `${key}=${ids[index] ?? ''}`);
  return { value: ids, ids, answered, unreadable: 0 };
}

/** X's headers of a window; `reset` in Unix milliseconds. */
export function windowOf(remaining: number, reset: number, prefix = 'x-rate-limit'): XReply['headers'] {
  return {
    [`${prefix}-limit`]: '300',
    [`${prefix}-remaining`]: `${remaining}`,
    [`${prefix}-reset`]: `${reset / 1000}`,
  };
}

/** X's 429, with its end where one is given. */
export function limited(reset?: number): XReply {
  return replyOf('', { status: 429, headers: reset === undefined ? {} : windowOf(0, reset) });
}

/** That an error is the one of before again, for a request that was never sent and so costs nothing. */
export function assertUnsent(error: RunError, before: RunError): void {
  assert.equal(error.failure, before.failure);
  assert.deepEqual([error.status, error.mayCost], [undefined, false]);
}

/** The next turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
