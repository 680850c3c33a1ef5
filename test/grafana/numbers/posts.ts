import { engagementsOf, medianOf } from '../expected/formulas.ts';
import { nameAt } from '../seed/plan.ts';
import type { Reading, SeededPost } from '../seed/truth.ts';
import { before, mean, only, sum, within } from './influxql.ts';
import { daysOf, type Expectation, type Look } from './look.ts';
import type { Expected, Pair } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const weekdays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What the panels of the dashboard "Posts" must show, by their ids. */
export const posts: Readonly<Record<number, Expectation>> = {
  1: (look) => {
    const count = within(postsOf(look), look.range).length;
    return { values: { Posts: count === 0 ? [] : [count] } };
  },
  2: (look) => {
    const seen = readIn(look).map(({ last }) => last.counts.impression_count);
    return { values: { Impressions: seen.length === 0 ? [] : [sum(seen)] } };
  },
  3: (look) => {
    const read = readIn(look);
    const rate =
      sum(read.map(({ last }) => engagementsOf(last.counts))) /
      sum(read.map(({ last }) => last.counts.impression_count));
    return { values: { 'Engagement rate': read.length === 0 ? [] : [rate] } };
  },
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
  6: whenPostingWorks,
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
  8: (look) => {
    const days = within(daysOf(look, look.account), look.range);
    const line = (field: 'impressions' | 'published'): Pair[] =>
      days.filter((day) => day[field] !== undefined).map((day) => [day.time, day[field]]);
    return { series: { Impressions: line('impressions'), Posts: line('published') } };
  },
};

function postsOf({ truth, account }: Look): readonly SeededPost[] {
  return truth.seed.posts.filter((post) => post.account === account);
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
    'Followers +24 h': shown.map(({ id }) => impacts.get(id)?.gained24h),
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

/** Mean impressions of the posts of half a year by weekday and hour of this machine's time zone. */
function whenPostingWorks(look: Look): Expected {
  const published = before(postsOf(look), look.range.to, 180 * dayMs);
  const cells = published.flatMap((post) => {
    const last = before(post.readings, look.range.to, 180 * dayMs).at(-1);
    const date = new Date(post.time);
    return last === undefined
      ? []
      : [{ day: (date.getDay() + 6) % 7, hour: date.getHours(), seen: last.counts.impression_count }];
  });
  const hours = Array.from({ length: 24 }, (_, hour) => hour);
  const meanOf = (day: number, hour: number): number | undefined => {
    const inCell = cells.filter((cell) => cell.day === day && cell.hour === hour);
    return inCell.length === 0 ? undefined : mean(inCell.map(({ seen }) => seen));
  };
  const columns = weekdays.map((name, day) => [name, hours.map((hour) => meanOf(day, hour))] as const);
  if (cells.length === 0) return { columns: {} };
  return { columns: { Hour: hours.map((hour) => String(hour).padStart(2, '0')), ...Object.fromEntries(columns) } };
}
