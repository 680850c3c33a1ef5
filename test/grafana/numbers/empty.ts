import type { Span } from '../queries/ranges.ts';

/** Queries that find nothing, by the dashboard and `panel query`, at the ranges named, and why that is right. */
interface Empty {
  readonly dashboard: string;
  readonly queries: readonly string[];
  readonly at: readonly Span[];
  readonly because: string;
}

const lessThanTwoDays: readonly Span[] = ['6 h', '24 h'];

/** The queries that find nothing for `jack` and the app `default`. All others must find something. */
export const empty: readonly Empty[] = [
  {
    dashboard: 'overview',
    queries: ['6 B'],
    at: ['6 h'],
    because: 'jack has published nothing for six hours',
  },
  {
    dashboard: 'overview',
    queries: ['7 A'],
    at: lessThanTwoDays,
    because: 'a day is a point at its beginning, written when it is over: the newest one began 34 hours ago',
  },
  {
    dashboard: 'posts',
    queries: ['1 A', '5 A', '5 C', '7 A', '7 B'],
    at: ['6 h'],
    because: 'jack has published nothing for six hours',
  },
  {
    dashboard: 'posts',
    queries: ['4 A'],
    at: lessThanTwoDays,
    because: 'what a post brought within a day is known a day later, and written in the night after that',
  },
  {
    dashboard: 'posts',
    queries: ['8 A', '8 B'],
    at: lessThanTwoDays,
    because: 'no day began in the range and is over',
  },
  {
    dashboard: 'drivers',
    queries: ['2 A', '4 A', '4 B', '5 A', '6 A', '7 A', '8 A', '8 B'],
    at: lessThanTwoDays,
    because: 'everything here is of days that are over, and of posts a day old',
  },
  {
    dashboard: 'compare',
    queries: ['3 D', '5 A'],
    at: lessThanTwoDays,
    because: 'no day began in the range and is over',
  },
  {
    dashboard: 'operations',
    queries: ['16 A', '16 B'],
    at: lessThanTwoDays,
    because: "X's count is of a UTC day that is over, stored at its beginning",
  },
];

/** The queries of a dashboard that may find nothing at a range. */
export function emptyAt(dashboard: string, span: Span): readonly string[] {
  const concerned = empty.filter((each) => each.dashboard === dashboard && each.at.includes(span));
  return concerned.flatMap(({ queries }) => queries);
}
