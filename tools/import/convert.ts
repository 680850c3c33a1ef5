import type { Point } from '../../functions/measurement.ts';
import { countNames, type Tally } from './tally.ts';

/**
 * The ancestor's measurements, and the fields of `twitter_user` their numbers become. Each had the field `value` and the
 * tag `user`; one run gave all five the same second: https://github.com/clcollins/twitterGraph/blob/master/app.py
 */
export const FIELD_OF = {
  followers_count: 'followers_count',
  friends_count: 'following_count',
  listed_count: 'listed_count',
  favourites_count: 'like_count',
  statuses_count: 'tweet_count',
} as const;
export type SourceMeasurement = keyof typeof FIELD_OF;
export const SOURCE_MEASUREMENTS = Object.keys(FIELD_OF) as SourceMeasurement[];

/** Numbers by the field of `twitter_user` they belong to; an unknown one is absent. */
export type Fields = Readonly<Record<string, number>>;

/** One point of the ancestor's; `time` in Unix milliseconds, the value as it was stored. */
export interface SourceNumber {
  readonly measurement: SourceMeasurement;
  readonly time: number;
  readonly value: unknown;
}

/** Numbers of one user as points by time, and what was left out, by reason. */
export interface Converted {
  readonly points: ReadonlyMap<number, Fields>;
  readonly skipped: Tally['skipped'];
}

/** What is to be written, and what is not because it is there, or because something else is. */
export type Merged = Pick<Tally, 'written' | 'alreadyThere' | 'keptOut'> & {
  readonly points: ReadonlyMap<number, Fields>;
};

type Skipped = 'notANumber' | 'fraction' | 'negative' | 'repeated';

/**
 * Numbers of one user as points: those of one moment become one point. A whole number counts as an integer however it
 * was stored. Where a measurement has two numbers for one moment, the later in order stands and the other is `repeated`.
 */
export function convertNumbers(numbers: readonly SourceNumber[]): Converted {
  const points = new Map<number, Record<string, number>>();
  const skipped: Skipped[] = [];
  for (const { measurement, time, value } of numbers) {
    const count = toCount(value);
    if (typeof count === 'string') {
      skipped.push(count);
      continue;
    }
    const fields = points.get(time) ?? {};
    points.set(time, fields);
    const field = FIELD_OF[measurement];
    if (field in fields) skipped.push('repeated');
    fields[field] = count;
  }
  return { points, skipped: countNames(skipped) };
}

/** Leaves out what the target holds already for that account and moment: what it has collected is never overwritten. */
export function mergePoints(points: ReadonlyMap<number, Fields>, existing: ReadonlyMap<number, Fields>): Merged {
  const toWrite = new Map<number, Fields>();
  const [written, alreadyThere, keptOut]: [string[], string[], string[]] = [[], [], []];
  for (const [time, fields] of points) {
    const there = existing.get(time) ?? {};
    const fresh = Object.entries(fields).filter(([field]) => !(field in there));
    for (const field of Object.keys(there).filter((name) => name in fields))
      (there[field] === fields[field] ? alreadyThere : keptOut).push(field);
    written.push(...fresh.map(([field]) => field));
    if (fresh.length > 0) toWrite.set(time, Object.fromEntries(fresh));
  }
  return {
    points: toWrite,
    written: countNames(written),
    alreadyThere: countNames(alreadyThere),
    keptOut: countNames(keptOut),
  };
}

/** Points of one account as they are stored, in order of time. */
export function toUserPoints(userId: string, username: string, points: ReadonlyMap<number, Fields>): Point[] {
  const tags = { user_id: userId, username };
  return [...points.entries()]
    .sort(([a], [b]) => a - b)
    .map(([time, fields]) => ({ measurement: 'twitter_user', tags, fields, time }));
}

function toCount(value: unknown): number | Skipped {
  if (typeof value !== 'number') return 'notANumber';
  if (value < 0) return 'negative';
  return Number.isSafeInteger(value) ? value : 'fraction';
}
