/** What is usual for an account's posts: the panels that set one post, an hour or a weekday against all others. */
import type { Reading, SeededPost } from '../seed/truth.ts';
import { before } from './influxql.ts';
import type { Look } from './look.ts';
import type { Expected } from './shown.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** As Grafana writes them for sorting: Sunday is the seventh. */
const weekdays = ['7 Sun', '1 Mon', '2 Tue', '3 Wed', '4 Thu', '5 Fri', '6 Sat'];

/** The posts of the chosen account, the oldest first. */
export function postsOf({ truth, account }: Look): readonly SeededPost[] {
  return truth.seed.posts.filter((post) => post.account === account);
}

/** The chosen post hour by hour, and where the middle half of the others of four weeks stood at the same age. */
export function takingOff(look: Look): Expected {
  const { post, range } = look;
  const others = before(postsOf(look), range.to, 28 * dayMs).filter(({ id }) => id !== post?.id);
  const own = byHour(post === undefined ? [] : [{ post, readings: post.readings }]);
  const rest = byHour(others.map((each) => ({ post: each, readings: before(each.readings, range.to, 28 * dayMs) })));
  const hours = [...new Set([...own.keys(), ...rest.keys()])].filter((hour) => hour <= 72).sort((a, b) => a - b);
  const at = (percent: number): (number | undefined)[] => hours.map((hour) => percentileOf(rest.get(hour), percent));
  if (hours.length === 0) return { columns: {} };
  return {
    columns: {
      'Hours since it was published': hours,
      ...(own.size > 0 && { 'this post': hours.map((hour) => own.get(hour)?.at(-1)) }),
      ...(rest.size > 0 && { 'median of the others': at(50), 'a quarter below': at(25), 'a quarter above': at(75) }),
    },
  };
}

/** The impressions read in each hour of the posts' lives, the first hour being 1. */
function byHour(
  read: readonly { readonly post: SeededPost; readonly readings: readonly Reading[] }[],
): Map<number, number[]> {
  const found = new Map<number, number[]>();
  for (const { post, readings } of read)
    for (const { time, counts } of readings) {
      const hour = Math.ceil((time - post.time) / hourMs);
      found.set(hour, [...(found.get(hour) ?? []), counts.impression_count]);
    }
  return found;
}

/** As Grafana has it: the number at that share of the way from the smallest to the largest. */
function percentileOf(numbers: readonly number[] = [], percent: number): number | undefined {
  return numbers.toSorted((a, b) => a - b)[Math.round(((numbers.length - 1) * percent) / 100)];
}

/** The posts of half a year by the hour they were published. */
export function whenInTheDay(look: Look): Expected {
  return whenPostingWorks(look, 'Hour', (date) => `${String(date.getHours()).padStart(2, '0')}:00`);
}

/** The posts of half a year by the weekday they were published. */
export function whenInTheWeek(look: Look): Expected {
  return whenPostingWorks(look, 'Weekday', (date) => weekdays[date.getDay()] ?? '');
}

/** The posts of half a year by when they were published by this machine's clock, against the median of all of them. */
function whenPostingWorks(look: Look, label: string, slotOf: (date: Date) => string): Expected {
  const published = before(postsOf(look), look.range.to, 180 * dayMs);
  const seen = published.flatMap((post) => {
    const last = before(post.readings, look.range.to, 180 * dayMs).at(-1);
    return last === undefined ? [] : [{ slot: slotOf(new Date(post.time)), impressions: last.counts.impression_count }];
  });
  const slots = [...new Set(seen.map(({ slot }) => slot))].sort();
  const inSlot = (slot: string): number[] =>
    seen.filter((each) => each.slot === slot).map(({ impressions }) => impressions);
  const usual =
    percentileOf(
      seen.map(({ impressions }) => impressions),
      50,
    ) ?? NaN;
  const medians = slots.map((slot) => percentileOf(inSlot(slot), 50) ?? NaN);
  if (slots.length === 0) return { columns: {} };
  return {
    columns: {
      [label]: slots,
      Posts: slots.map((slot) => inSlot(slot).length),
      Median: medians,
      Index: medians.map((median) => median / usual),
    },
  };
}
