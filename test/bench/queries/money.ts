import { hourMs, minuteMs, ticks } from './clock.ts';

/** An account, and the posts that are bought for it on a day. */
export interface Buyer {
  readonly name: string;
  readonly id: string;
  readonly posts: readonly string[];
}

interface Sale {
  readonly resource: 'user' | 'tweet';
  readonly time: number;
  readonly keys: readonly string[];
  readonly ids: readonly string[];
  /** As many resources as are held until X has answered. */
  readonly most: number;
}

const prices = { user: 10_000, tweet: 5000 };
const postsPerTimeline = 20;

/** An app's ledger and budget of one UTC day: profiles are bought once, posts when they are first read on it. */
export function moneyLines(app: string, buyers: readonly Buyer[], day: number): string[] {
  const profiles: Sale = {
    resource: 'user',
    time: day,
    keys: buyers.map(({ name, id }) => `${name}=${id}`),
    ids: buyers.map(({ id }) => id),
    most: buyers.length,
  };
  const timelines = ticks(day + 7 * minuteMs, hourMs).flatMap((time, hour) =>
    buyers.map(({ name, posts }, index): Sale => {
      const ids = hour === 0 ? posts : [];
      return { resource: 'tweet', time: time + index, keys: [name], ids, most: postsPerTimeline };
    }),
  );
  return [...[profiles, ...timelines].flatMap((sale) => ledgerLines(app, sale)), ...budgetLines(app, buyers, day)];
}

/** Two for each purchase. */
function ledgerLines(app: string, { resource, time, keys, ids, most }: Sale): string[] {
  const lineOf = (state: string, count: number, bought: readonly string[]): string => {
    const texts = `purchase="${time}",keys="${keys.join()}",ids="${bought.join()}"`;
    const money = `new_resources=${count}i,cost_microusd=${count * prices[resource]}i,owned=0i`;
    return `twitter_ledger,app=${app},resource=${resource},state=${state} ${texts},${money} ${time}`;
  };
  return [lineOf('reserved', most, []), lineOf('settled', ids.length, ids)];
}

/** After each run. */
function budgetLines(app: string, buyers: readonly Buyer[], day: number): string[] {
  const profiles = buyers.length * prices.user;
  const posts = buyers.flatMap((buyer) => buyer.posts).length * prices.tweet;
  const lineOf = (time: number): string => {
    const spent = profiles + (time < day + 7 * minuteMs ? 0 : posts);
    const others = `held_microusd=0i,set_aside_microusd=0i,left_microusd=${posts + profiles - spent}i`;
    return `twitter_budget,app=${app} spent_microusd=${spent}i,${others},budget_microusd=${posts + profiles}i ${time}`;
  };
  return [...ticks(day, 15 * minuteMs), ...ticks(day + 7 * minuteMs, hourMs)].map(lineOf);
}
