import { engagementsOf, medianOf } from '../expected/formulas.ts';
import type { ExpectedDay } from '../expected/summary.ts';
import { nameAt } from '../seed/plan.ts';
import type { Reading, SeededPost } from '../seed/truth.ts';
import { before, only, sum, within } from './influxql.ts';
import { daysOf, type Expectation, type Look } from './look.ts';
import { postsOf, takingOff, whenInTheDay, whenInTheWeek } from './posts-usual.ts';
import type { Expected, Pair } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What the panels of the dashboard "Posts" must show, by their ids. */
export const posts: Readonly<Record<number, Expectation>> = {
  1: (look) => {
    const { from, to } = look.range;
    const count = within(postsOf(look), look.range).length;
    const earlier = before(postsOf(look), from, to - from).length;
    const began = from - (to - from);
    const isKnown = postsOf(look).some(({ time }) => time <= began);
    return {
      values: {
        Posts: count === 0 ? [] : [count],
        'vs the time before': count === 0 || earlier === 0 || !isKnown ? [] : [(count - earlier) / earlier],
      },
    };
  },
  2: (look) => ended(look, 'Impressions', (days) => sum(days.map(({ impressions = 0 }) => impressions))),
  3: (look) =>
    ended(look, 'Engagement rate', (days) => {
      const seen = days.filter(({ impressions = 0 }) => impressions > 0);
      const total = sum(seen.map(({ impressions = 0 }) => impressions));
      return total === 0 ? undefined : sum(seen.map(({ engagements = 0 }) => engagements)) / total;
    }),
  4: (look) => {
    const impacts = within(look.truth.impactsOf.get(look.account) ?? [], look.range);
    const known = (numbers: readonly (number | undefined)[]): number[] =>
      numbers.filter((value) => value !== undefined);
    const [gained, lift] = [
      known(impacts.map(({ gained24h }) => gained24h)),
      known(impacts.map(({ lift: each }) => each)),
    ];
    return { values: { 'in 24 h': only(medianOf(gained)), lift: only(medianOf(lift)) } };
  },
  5: everyPost,
  6: whenInTheDay,
  12: whenInTheWeek,
  7: (look) => {
    const { post } = look;
    const readings = post?.readings ?? [];
    const of = (pick: (reading: Reading) => number): number[] => readings.map(pick);
    return {
      columns: {
        'Hours since it was published': of(({ time }) => (time - (post?.time ?? NaN)) / hourMs),
        Impressions: of(({ counts }) => counts.impression_count),
        Likes: of(({ counts }) => counts.like_count),
        Reposts: of(({ counts }) => counts.retweet_count),
        Replies: of(({ counts }) => counts.reply_count),
        Quotes: of(({ counts }) => counts.quote_count),
        Bookmarks: of(({ counts }) => counts.bookmark_count),
      },
    };
  },
  8: (look) => ({ series: { Impressions: lineOf(look, ({ impressions }) => impressions) } }),
  9: ({ post }) => {
    const newest = post?.readings.at(-1);
    return {
      columns:
        post === undefined || newest === undefined
          ? {}
          : {
              published: [post.time],
              impressions: [newest.counts.impression_count],
              url: [urlOf(post)],
              tweet_id: [post.id],
            },
    };
  },
  10: takingOff,
  11: (look) => {
    const ranked = within(postsOf(look), look.range).flatMap(({ id, time }) => {
      const last = readIn(look).find(({ post }) => post.id === id)?.last;
      return last === undefined ? [] : [{ time, seen: last.counts.impression_count }];
    });
    const best = ranked.sort((a, b) => b.seen - a.seen).slice(0, 8);
    if (best.length === 0) return { columns: {} };
    return {
      columns: {
        When: best.map(({ time }) => time),
        Post: best.map(({ time }) => minuteOf(time)),
        'impressions (max)': best.map(({ seen }) => seen),
      },
    };
  },
  13: (look) => ({ series: { Posts: lineOf(look, ({ published }) => published) } }),
  14: (look) => ({
    series: {
      'Engagement rate': lineOf(look, ({ impressions = 0, engagements = NaN }) =>
        impressions > 0 ? engagements / impressions : undefined,
      ),
    },
  }),
};

function lineOf(look: Look, pick: (day: ExpectedDay) => number | undefined): Pair[] {
  const days = within(daysOf(look, look.account), look.range);
  return days.map((day): Pair => [day.time, pick(day)]).filter(([, value]) => value !== undefined);
}

/** Something of the days that ended in the range, and how much more it is than that of the time before. */
function ended(look: Look, name: string, pick: (days: readonly ExpectedDay[]) => number | undefined): Expected {
  const { from, to } = look.range;
  const known = daysOf(look, look.account).filter(({ impressions }) => impressions !== undefined);
  const [days, earlier] = [before(known, to - dayMs, to - from), before(known, from - dayMs, to - from)];
  const [now, then] = [days, earlier].map((each) => (each.length === 0 ? undefined : pick(each)));
  const isComparable = now !== undefined && then !== undefined && then > 0;
  return { values: { [name]: only(now), 'vs the time before': isComparable ? [(now - then) / then] : [] } };
}

/** When a post was published, by this machine's clock. */
function minuteOf(time: number): string {
  const date = new Date(time);
  const clock = [date.getHours(), date.getMinutes()].map((each) => String(each).padStart(2, '0')).join(':');
  return `${date.getDate()} ${date.toLocaleDateString('en-US', { month: 'short' })} ${clock}`;
}

/** The posts that were read in the range, with what was read last. */
function readIn(look: Look): { readonly post: SeededPost; readonly last: Reading }[] {
  return postsOf(look).flatMap((post) => {
    const last = within(post.readings, look.range).at(-1);
    return last === undefined ? [] : [{ post, last }];
  });
}

/** The posts published in the range, the newest on top. */
function everyPost(look: Look): Expected {
  const read = new Map(readIn(look).map(({ post, last }) => [post.id, last.counts]));
  const impacts = new Map((look.truth.impactsOf.get(look.account) ?? []).map((impact) => [impact.post.id, impact]));
  const shown = [...within(postsOf(look), look.range)].reverse();
  const ofCounts = (pick: (counts: Reading['counts']) => number | undefined): (number | undefined)[] =>
    shown.map(({ id }) => {
      const counts = read.get(id);
      return counts === undefined ? undefined : pick(counts);
    });
  const columns = {
    Published: shown.map(({ time }) => time),
    Impressions: ofCounts((counts) => counts.impression_count),
    Likes: ofCounts((counts) => counts.like_count),
    Reposts: ofCounts((counts) => counts.retweet_count),
    Replies: ofCounts((counts) => counts.reply_count),
    Quotes: ofCounts((counts) => counts.quote_count),
    Bookmarks: ofCounts((counts) => counts.bookmark_count),
    'Link clicks': ofCounts((counts) => counts.url_link_clicks),
    // Nothing divided by nothing is 0 in InfluxQL.
    Engagement: ofCounts((counts) => engagementsOf(counts) / counts.impression_count || 0),
    '+24 h': shown.map(({ id }) => impacts.get(id)?.gained24h),
    Lift: shown.map(({ id }) => impacts.get(id)?.lift),
    Overlaps: shown.map(({ id }) => impacts.get(id)?.overlaps),
    Post: shown.map(urlOf),
    Life: shown.map(({ id }) => id),
  };
  return { columns: shown.length === 0 ? {} : columns };
}

/** By the name in force when the post was last read. */
function urlOf({ id, account, readings }: SeededPost): string {
  return `https://x.com/${nameAt(account, readings.at(-1)?.time ?? 0)}/status/${id}`;
}
