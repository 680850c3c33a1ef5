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
    queries: ['20 A', '20 B'],
    at: ['6 h'],
    because: 'jack has published nothing for six hours',
  },
  {
    dashboard: 'overview',
    queries: ['20 A', '20 B'],
    at: ['everything'],
    because: 'jack has published more than 60 posts: their number each day is shown',
  },
  {
    dashboard: 'overview',
    queries: ['20 C'],
    at: ['6 h', '24 h', '7 d', '30 d'],
    because: 'jack has published 60 posts or fewer: each is shown',
  },
  {
    dashboard: 'overview',
    queries: ['7 A'],
    at: lessThanTwoDays,
    because: 'a day is a point at its beginning, written when it is over: the newest one began 34 hours ago',
  },
  {
    dashboard: 'overview',
    queries: ['5 R'],
    at: ['6 h', '24 h', '7 d', '30 d', 'everything'],
    because: 'X says nothing against jack',
  },
  {
    dashboard: 'overview',
    queries: ['10 C'],
    at: ['6 h', '24 h', '7 d'],
    because: 'jack followed as many in the time before as at its beginning: there is nothing to compare with',
  },
  {
    dashboard: 'overview',
    queries: ['1 C', '10 C', '12 C', '14 C', '16 C'],
    at: ['everything'],
    because: 'nothing was stored before the seed',
  },
  {
    dashboard: 'posts',
    queries: ['1 A', '1 C', '5 A', '5 C', '11 A'],
    at: ['6 h'],
    because: 'jack has published nothing for six hours',
  },
  {
    dashboard: 'posts',
    queries: ['2 A', '2 C', '3 A', '3 C'],
    at: ['6 h'],
    because: 'no day ended in these six hours',
  },
  {
    dashboard: 'posts',
    queries: ['1 C', '2 C', '3 C'],
    at: ['everything'],
    because: 'nothing was stored before the seed',
  },
  {
    dashboard: 'posts',
    queries: ['4 A'],
    at: lessThanTwoDays,
    because: 'what a post brought within a day is known a day later, and written in the night after that',
  },
  {
    dashboard: 'posts',
    queries: ['8 A', '13 A', '14 A'],
    at: lessThanTwoDays,
    because: 'no day began in the range and is over',
  },
  {
    dashboard: 'drivers',
    queries: ['2 A', '4 A', '5 A', '6 A', '7 A', '8 A', '8 B', '10 A'],
    at: lessThanTwoDays,
    because: 'everything here is of days that are over, and of posts a day old',
  },
  {
    dashboard: 'compare',
    queries: ['3 D', '3 E', '3 F', '5 A'],
    at: lessThanTwoDays,
    because: 'no day began in the range and is over',
  },
  {
    dashboard: 'operations',
    queries: ['17 E'],
    at: ['6 h', '24 h', '7 d', '30 d', 'everything'],
    because: 'the backup stores its points itself, and here is none',
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
