import type { Failure } from '../../../functions/failure.ts';
import type { CollectorResult } from '../../../functions/run/report.ts';
import { drawFraction } from '../../../local/simulator/hash.ts';
import { apps, budgetUsedUp, isWithin, killedAt, latch, type SeededAccount, tweetTicks, userTicks } from './plan.ts';
import { arePostsRead, isAnswered, type ReadAt, watchedBy } from './truth.ts';

/** One collector's part in a run. */
export interface SeededRun {
  readonly app: string;
  readonly time: number;
  readonly result: CollectorResult;
  readonly failures: readonly Failure[];
}

/** X's limits in 15 minutes, and how long a run takes at least. */
const limits = { user: 300, tweet: 10_000 };
const leastDurationMs = 80;
const hourMs = 3_600_000;

/** The runs of both collectors of all apps; what is killed has none. */
export function runsOf(readAt: ReadAt): readonly SeededRun[] {
  return apps.flatMap((app) => [
    ...userTicks.map((time) => runUsers(app, time)),
    ...tweetTicks.filter((time) => app !== apps[0] || time !== killedAt).map((time) => runTweets(app, time, readAt)),
  ]);
}

function runUsers(app: string, time: number): SeededRun {
  const watched = watchedBy(app, time);
  const served = watched.filter((account) => isAnswered(account, time));
  const failures = served.length === 0 ? [refusalAt(app, 'user', time)] : missing('user', watched, time);
  return toRun(app, 'user', time, { watched, served, points: served.length, resources: served.length, failures });
}

function runTweets(app: string, time: number, readAt: ReadAt): SeededRun {
  const watched = watchedBy(app, time);
  const served = watched.filter((account) => arePostsRead(account, time));
  const isShort = app === apps[0] && isWithin(time, budgetUsedUp);
  const budget = isShort ? served.map((account) => failureOf('tweet', time, 'budget', account)) : [];
  const failures = served.length === 0 ? [refusalAt(app, 'tweet', time)] : missing('tweet', watched, time);
  const resources = served.flatMap((account) => readAt(account, time)).length;
  // Each post is two points: what is read of it, and when it was published.
  const counts = { points: 2 * resources, resources, failures: [...failures, ...budget] };
  return toRun(app, 'tweet', time, { watched, served, ...counts });
}

interface Parts {
  readonly watched: readonly SeededAccount[];
  readonly served: readonly SeededAccount[];
  readonly points: number;
  readonly resources: number;
  readonly failures: readonly Failure[];
}

function toRun(app: string, name: 'user' | 'tweet', time: number, parts: Parts): SeededRun {
  const { watched, served, points, resources, failures } = parts;
  // While a latch is set X is asked once an hour.
  const isHeld = app === apps[0] && isWithin(time, latch) && (time - latch.from) % hourMs !== 0;
  const requests = isHeld ? 0 : name === 'user' ? 1 : Math.max(1, served.length);
  const remaining = limits[name] - requests;
  const durationMs = leastDurationMs + Math.floor(200 * drawFraction(watched.length, 31, time / 60_000));
  const accountsMissing = watched.length - served.length;
  const counts = { accounts: watched.length, accountsMissing, points, requests, resources, durationMs };
  const rateLimit = served.length === 0 ? undefined : { limit: limits[name], remaining, reset: time / 1000 + 900 };
  return { app, time, result: { name, ...counts, rateLimit }, failures };
}

function missing(collector: string, watched: readonly SeededAccount[], time: number): Failure[] {
  return watched
    .filter((account) => !isAnswered(account, time))
    .map((account) => failureOf(collector, time, 'suspended', account));
}

function refusalAt(app: string, collector: string, time: number): Failure {
  const reason = app === apps[0] && isWithin(time, latch) ? 'credits_depleted' : 'upstream_error';
  return failureOf(collector, time, reason);
}

function failureOf(collector: string, time: number, reason: Failure['reason'], account?: SeededAccount): Failure {
  const detail = `X says: ${reason}`;
  const common = { collector, reason, detail, retryable: reason === 'upstream_error', time: time + leastDurationMs };
  return account === undefined ? common : { ...common, account: account.key };
}
