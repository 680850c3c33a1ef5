import type { NotedFailure } from '../../../functions/failure.ts';
import { drawFraction } from '../../../local/simulator/hash.ts';
import { apps, isHeld, isShort, killedAt, latch, type SeededAccount, tweetTicks, userTicks, xAt } from './plan.ts';
import type { RunFacts } from './points.ts';
import { batchesOf, isAnswered, type ReadAt, watchedBy } from './truth.ts';

/** One collector's part in a run. */
export interface SeededRun {
  readonly app: string;
  readonly time: number;
  readonly facts: RunFacts;
  readonly failures: readonly NotedFailure[];
}

/** X's limits in 15 minutes, and how long a run takes at least. */
export const limits = { user: 300, tweet: 10_000 };
const leastDurationMs = 80;

/** The runs of both collectors of all apps; what is killed has none. */
export function runsOf(readAt: ReadAt): readonly SeededRun[] {
  return apps.flatMap((app) => [
    ...userTicks.map((time) => runUsers(app, time)),
    ...tweetTicks.filter((time) => app !== apps[0] || time !== killedAt).map((time) => runTweets(app, time, readAt)),
  ]);
}

function runUsers(app: string, time: number): SeededRun {
  const watched = watchedBy(app, time);
  const batches = batchesOf(watched).length;
  if (xAt(app, time) === 'answers') {
    const served = watched.filter((account) => isAnswered(account, time));
    const [points, resources, failures] = [served.length, served.length, suspended('user', watched, time)];
    return toRun(app, 'user', time, { watched, served, points, resources, requests: batches, failures });
  }
  // While a latch is set one request tries for all; else each is refused by itself.
  const requests = isHeld(app, time) ? 0 : isWithinLatch(app, time) ? 1 : batches;
  const failures = Array.from({ length: Math.max(1, requests) }, () => failureOf('user', time, reasonAt(app, time)));
  return toRun(app, 'user', time, { ...nothing, watched, requests, failures });
}

function runTweets(app: string, time: number, readAt: ReadAt): SeededRun {
  const watched = watchedBy(app, time);
  const of = (reason: NotedFailure['reason']): NotedFailure[] =>
    watched.map((account) => failureOf('tweet', time, reason, account));
  const [state, requests] = [xAt(app, time), watched.length];
  if (state === 'refuses') {
    const failures = [failureOf('tweet', time, reasonAt(app, time))];
    return toRun(app, 'tweet', time, { ...nothing, watched, failures });
  }
  if (state === 'away')
    return toRun(app, 'tweet', time, { ...nothing, watched, requests, failures: of('upstream_error') });
  const resources = watched.flatMap((account) => readAt(account, time)).length;
  // Each post is two points: what is read of it, and when it was published.
  const counts = { watched, points: 2 * resources, resources };
  if (isShort(app, time))
    return toRun(app, 'tweet', time, { ...counts, served: [], requests: 1, failures: of('budget') });
  const served = watched.filter((account) => isAnswered(account, time));
  return toRun(app, 'tweet', time, { ...counts, served, requests, failures: suspended('tweet', watched, time) });
}

interface Parts {
  readonly watched: readonly SeededAccount[];
  readonly served: readonly SeededAccount[];
  readonly points: number;
  readonly resources: number;
  readonly requests: number;
  readonly failures: readonly NotedFailure[];
}

const nothing = { served: [], points: 0, resources: 0, requests: 0 } as const;

function toRun(app: string, name: 'user' | 'tweet', time: number, parts: Parts): SeededRun {
  const { watched, served, points, resources, requests, failures } = parts;
  const remaining = xAt(app, time) === 'answers' ? limits[name] - requests : undefined;
  const durationMs = leastDurationMs + Math.floor(200 * drawFraction(watched.length, 31, time / 60_000));
  const accountsMissing = watched.length - served.length;
  const counts = { accounts: watched.length, accountsMissing, points, requests, resources, durationMs };
  return { app, time, facts: { name, ...counts, remaining }, failures };
}

/** Whether a latch has been set by an earlier refusal. */
function isWithinLatch(app: string, time: number): boolean {
  return xAt(app, time) === 'refuses' && time > latch.from;
}

function suspended(collector: string, watched: readonly SeededAccount[], time: number): NotedFailure[] {
  return watched
    .filter((account) => !isAnswered(account, time))
    .map((account) => failureOf(collector, time, 'suspended', account));
}

function reasonAt(app: string, time: number): NotedFailure['reason'] {
  return xAt(app, time) === 'refuses' ? 'credits_depleted' : 'upstream_error';
}

function failureOf(
  collector: string,
  time: number,
  reason: NotedFailure['reason'],
  account?: SeededAccount,
): NotedFailure {
  const detail = `X says: ${reason}`;
  const common = { collector, reason, detail, retryable: reason === 'upstream_error', time: time + leastDurationMs };
  return account === undefined ? common : { ...common, account: account.spelling };
}
