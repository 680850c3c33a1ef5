import { most, perInterval } from './influxql.ts';
import type { Look } from './look.ts';
import { runsOf } from './runs.ts';
import type { Expected } from './shown.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Hour by hour: 2 with a run that reads posts, 1 where X answered about posts without one, 0 where neither is. */
export function resultsOf(look: Look): Expected {
  const runs = runsOf(look, 'tweet').map(({ time }) => ({ time, value: 2 }));
  const answers = answeredIn(look).map((time) => ({ time, value: 1 }));
  const range = { from: Math.max(look.range.from, look.range.to - 31 * dayMs), to: look.range.to };
  return { series: { posts: perInterval([...runs, ...answers], range, hourMs, most, '0') } };
}

/** When X answered about posts, five minutes before the range's end at the latest. */
function answeredIn({ truth, app, range }: Look): number[] {
  const purchases = truth.seed.purchases.filter((purchase) => purchase.app === app && purchase.resource === 'tweet');
  return purchases
    .filter((purchase) => (purchase.answer?.size ?? 0) > 0 && purchase.tick <= range.to - 5 * minuteMs)
    .map(({ tick }) => tick);
}
