import { newIdsOf } from '../seed/books.ts';
import { most, perInterval } from './influxql.ts';
import type { Look } from './look.ts';
import { runsOf } from './runs.ts';
import type { Expected } from './shown.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Hour by hour: 2 with a run that reads posts, 1 where posts were bought without one, 0 where neither is. */
export function resultsOf(look: Look): Expected {
  const runs = runsOf(look, 'tweet').map(({ time }) => ({ time, value: 2 }));
  const purchases = boughtIn(look).map((time) => ({ time, value: 1 }));
  return { series: { posts: perInterval([...runs, ...purchases], look.range, hourMs, most, '0') } };
}

/** When new posts were bought, five minutes before the range's end at the latest. */
function boughtIn({ truth, app, range }: Look): number[] {
  const purchases = truth.seed.purchases.filter((purchase) => purchase.app === app && purchase.resource === 'tweet');
  return purchases
    .filter((purchase) => newIdsOf(purchase).length > 0 && purchase.tick <= range.to - 5 * minuteMs)
    .map(({ tick }) => tick);
}
