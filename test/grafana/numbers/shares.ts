import { medianOf } from '../expected/formulas.ts';
import type { SeededPost } from '../seed/truth.ts';
import { before, type Point, sum } from './influxql.ts';
import { type Look, profilePoints } from './look.ts';
import type { Expected } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** Hours begin a quarter past: then a reading at the hour and one at minute 7 are of the same. */
const offsetMs = hourMs / 4;

/** Gains of an hour, by the hour's number since 1970. */
type Hours = ReadonlyMap<number, number>;

/** What each hour of four weeks gained beyond its usual, shared among the posts by what each was seen in it. */
export function sharesOf(look: Look): Expected {
  const { to } = look.range;
  const gained = gainsOf(before(profilePoints(look, look.account, 'followers_count'), to, 28 * dayMs));
  const usual = usualOf(gained);
  const posts = look.truth.seed.posts.filter(({ account, time }) => account === look.account && time <= to);
  const seen = posts.map((post) => [post, seenOf(post, to)] as const);
  const rows = seen
    .filter(([{ time }]) => time > to - 35 * dayMs)
    .map(([post, hours]) => {
      const known = [...hours].filter(([hour]) => gained.has(hour) && usual.has(weekHour(hour)));
      const parts = known.map(([hour, count]) => {
        const beyond = (gained.get(hour) ?? NaN) - (usual.get(weekHour(hour)) ?? NaN);
        return (beyond * count) / sum(seen.map(([, each]) => each.get(hour) ?? 0));
      });
      return { post, count: known.length, share: sum(parts), impressions: sum(known.map(([, each]) => each)) };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.share - a.share);
  if (rows.length === 0) return { columns: {} };
  return {
    columns: {
      Published: rows.map(({ post }) => post.time),
      Followers: rows.map(({ share }) => share),
      Impressions: rows.map(({ impressions }) => impressions),
      Post: rows.map(({ post }) => post.id),
    },
  };
}

function seenOf({ readings }: SeededPost, to: number): Hours {
  const points = readings.map(({ time, counts }) => ({ time, value: counts.impression_count }));
  return new Map([...gainsOf(before(points, to, 28 * dayMs))].filter(([, gain]) => gain > 0));
}

/** From the last reading of each hour to that of the next: none over an hour without a reading. */
function gainsOf(points: readonly Point[]): Hours {
  const last = new Map(points.map(({ time, value }) => [Math.floor((time - offsetMs) / hourMs), value]));
  return new Map(
    [...last].flatMap(([hour, value]) => {
      const earlier = last.get(hour - 1);
      return earlier === undefined ? [] : [[hour, value - earlier]];
    }),
  );
}

/** The median of each hour of the week that is known in three weeks at least. */
function usualOf(gained: Hours): Hours {
  const byHour = new Map<number, number[]>();
  for (const [hour, gain] of gained) byHour.set(weekHour(hour), [...(byHour.get(weekHour(hour)) ?? []), gain]);
  const enough = [...byHour].filter(([, gains]) => gains.length >= 3);
  return new Map(enough.map(([hour, gains]) => [hour, medianOf(gains) ?? NaN]));
}

function weekHour(hour: number): number {
  return hour % (7 * 24);
}
