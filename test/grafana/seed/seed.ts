import { connectInfluxDb } from '../../../functions/adapters/influxdb.ts';
import { latchFor } from '../../../functions/billing/latch.ts';
import { toTweetPoints } from '../../../functions/collectors/tweet/answer.ts';
import type { Point } from '../../../functions/measurement.ts';
import { writeStore } from '../../../functions/store/influxdb.ts';
import { latchPoint } from '../../../functions/store/preflight.ts';
import { openDeadline, storeOf } from '../../functions/fixtures.ts';
import type { Influxd } from '../../support/influxd.ts';
import { type Purchase, purchasesOf, toLedgerPoints } from './books.ts';
import { budgetPoints } from './budget.ts';
import { runNightlyJobs } from './jobs.ts';
import { accounts, apps, latch, nameAt, type SeededAccount } from './plan.ts';
import { toFailurePoints, toProfilePoint, toRunPoint } from './points.ts';
import { runsOf, type SeededRun } from './runs.ts';
import { indexReadings, postsOf, type Profile, profilesOf, type SeededPost } from './truth.ts';

/** Everything the seed consists of: what expectations are computed from. */
export interface Seed {
  readonly profiles: ReadonlyMap<SeededAccount, readonly Profile[]>;
  /** What was said of an account at just that tick. */
  readonly profileAt: (account: SeededAccount, time: number) => Profile | undefined;
  readonly posts: readonly SeededPost[];
  readonly runs: readonly SeededRun[];
  readonly purchases: readonly Purchase[];
}

const hourMs = 3_600_000;

/** The seed before anything is written. */
export function makeSeed(): Seed {
  const posts = accounts.flatMap(postsOf);
  const readAt = indexReadings(posts);
  const profiles = new Map(accounts.map((account) => [account, profilesOf(account)]));
  const byTime = new Map(
    [...profiles].map(([account, said]) => [account, new Map(said.map((each) => [each.time, each]))]),
  );
  const profileAt: Seed['profileAt'] = (account, time) => byTime.get(account)?.get(time);
  return { profiles, profileAt, posts, runs: runsOf(readAt), purchases: purchasesOf(readAt) };
}

/** Writes a seed by the product's own adapter, night by night, and runs the nightly jobs over it. */
export async function writeSeed(influxd: Influxd, seed: Seed): Promise<void> {
  const store = storeOf(connectInfluxDb(influxd));
  const points = pointsOf(seed).toSorted((a, b) => millisecondOf(a) - millisecondOf(b));
  let next = 0;
  await runNightlyJobs(influxd, seed.purchases, async (time) => {
    const end = points.findIndex((point, index) => index >= next && millisecondOf(point) > time);
    await writeStore(store, points.slice(next, end === -1 ? undefined : end), openDeadline());
    next = end === -1 ? points.length : end;
  });
}

/** When a point is of, in Unix milliseconds: nanoseconds are text. */
export function millisecondOf({ time }: Point): number {
  return typeof time === 'string' ? Number(time.slice(0, -6)) : time;
}

/** All points of a seed but those of the nightly jobs. */
export function pointsOf({ profiles, posts, runs, purchases }: Seed): readonly Point[] {
  return [
    ...[...profiles].flatMap(([account, said]) =>
      said.map(({ time, counts }) => toProfilePoint(account.userId, nameAt(account, time), counts, time)),
    ),
    ...posts.flatMap(toPostPoints),
    ...runs.flatMap(({ app, time, facts, failures }) => [
      toRunPoint(app, time, facts, failures),
      ...toFailurePoints(app, failures),
    ]),
    ...toLedgerPoints(purchases),
    ...budgetPoints(purchases),
    ...latchPoints(),
  ];
}

/** When it was published is the same point after each reading. */
function toPostPoints({ id, account, readings }: SeededPost): Point[] {
  return readings.flatMap(({ time, counts }, index) => {
    const identity = { id: account.userId, username: nameAt(account, time) };
    const points = toTweetPoints({ id, firstId: id, metrics: { ...counts } }, identity, time);
    return index === readings.length - 1 ? points : points.filter(({ measurement }) => measurement === 'twitter_tweet');
  });
}

/** Set, written again by each probe that fails, and cleared. */
function latchPoints(): Point[] {
  const probes = Array.from({ length: (latch.to - latch.from) / hourMs }, (_, index) => latch.from + index * hourMs);
  const set = probes.map((time) => {
    const refused = latchFor({ reason: 'credits_depleted', retryAt: undefined }, time);
    if (refused === undefined) throw new Error('no latch for a refusal for good');
    return latchPoint(apps[0], refused);
  });
  return [...set, latchPoint(apps[0], { reason: 'credits_depleted', until: 0, askedAt: latch.to })];
}
