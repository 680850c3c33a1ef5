import { connectStore } from '../../../functions/adapters/influxdb.ts';
import { latchFor } from '../../../functions/billing/latch.ts';
import { toTweetMeasurements } from '../../../functions/collectors/tweet/answer.ts';
import { toUserMeasurement } from '../../../functions/collectors/user.ts';
import { startDeadline } from '../../../functions/deadline.ts';
import { toLedgerMeasurement } from '../../../functions/x/bank.ts';
import { toFailureMeasurements, toRunMeasurement } from '../../../functions/run/report.ts';
import { toLatchMeasurement } from '../../../functions/x/gate.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import type { Influxd } from '../../support/influxd.ts';
import { ledgerOf, type SeededLine } from './books.ts';
import { runNightlyJobs } from './jobs.ts';
import { accounts, apps, latch, nameAt, type SeededAccount } from './plan.ts';
import { runsOf, type SeededRun } from './runs.ts';
import { indexReadings, postsOf, type Profile, profilesOf, type SeededPost } from './truth.ts';

/** Everything the seed consists of: what expectations are reckoned from. */
export interface Seed {
  readonly profiles: ReadonlyMap<SeededAccount, readonly Profile[]>;
  /** What was said of an account at just that tick. */
  readonly profileAt: (account: SeededAccount, time: number) => Profile | undefined;
  readonly posts: readonly SeededPost[];
  readonly runs: readonly SeededRun[];
  readonly ledger: readonly SeededLine[];
}

const hourMs = 3_600_000;
/** As many points as a write has at a time. */
const chunk = 20_000;

/** The seed before anything is written. */
export function makeSeed(): Seed {
  const posts = accounts.flatMap(postsOf);
  const readAt = indexReadings(posts);
  const profiles = new Map(accounts.map((account) => [account, profilesOf(account)]));
  const byTime = new Map(
    [...profiles].map(([account, said]) => [account, new Map(said.map((each) => [each.time, each]))]),
  );
  const profileAt: Seed['profileAt'] = (account, time) => byTime.get(account)?.get(time);
  return { profiles, profileAt, posts, runs: runsOf(readAt), ledger: ledgerOf(readAt) };
}

/** Writes a seed by the product's own mappings and adapter, and runs its nightly jobs over it. */
export async function writeSeed(influxd: Influxd, seed: Seed): Promise<void> {
  const store = connectStore(influxd);
  const points = pointsOf(seed);
  for (let start = 0; start < points.length; start += chunk)
    await store.write(points.slice(start, start + chunk), startDeadline(60_000));
  await runNightlyJobs(influxd, seed.ledger);
}

function pointsOf({ profiles, posts, runs, ledger }: Seed): Measurement[] {
  return [
    ...[...profiles].flatMap(([account, said]) => said.map((profile) => toProfilePoint(account, profile))),
    ...posts.flatMap(toPostPoints),
    ...runs.flatMap(({ app, time, result, failures }) => [
      toRunMeasurement(app, time, result, failures),
      ...toFailureMeasurements(app, failures),
    ]),
    ...ledger.map(({ app, line }) => toLedgerMeasurement(app, line)),
    ...latchPoints(),
  ];
}

function toProfilePoint(account: SeededAccount, { time, counts }: Profile): Measurement {
  const profile = { id: account.userId, username: nameAt(account, time), metrics: { ...counts } };
  const point = toUserMeasurement(profile, time);
  if (point === undefined) throw new Error('a profile without numbers');
  return point;
}

/** When it was published is the same point after each reading. */
function toPostPoints({ id, account, readings }: SeededPost): Measurement[] {
  return readings.flatMap(({ time, counts }, index) => {
    const identity = { id: account.userId, username: nameAt(account, time) };
    const points = toTweetMeasurements({ id, metrics: { ...counts } }, identity, time);
    return index === readings.length - 1 ? points : points.filter(({ name }) => name === 'twitter_tweet');
  });
}

/** Set, written again by each probe that fails, and cleared. */
function latchPoints(): Measurement[] {
  const probes = Array.from({ length: (latch.to - latch.from) / hourMs }, (_, index) => latch.from + index * hourMs);
  const set = probes.map((time) => {
    const refused = latchFor({ reason: 'credits_depleted', retryAt: undefined }, time);
    if (refused === undefined) throw new Error('no latch for a refusal for good');
    return toLatchMeasurement(apps[0], refused);
  });
  return [...set, toLatchMeasurement(apps[0], { reason: 'credits_depleted', until: 0, askedAt: latch.to })];
}
