import { type BilledAccount, type BilledPost, snowflakeAt } from '../support/billing-x.ts';

/** Numbers from 0 to 1 that a seed decides. */
export type Random = () => number;

/** mulberry32, by Tommy Ettinger: https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seedRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Who posts how often, at irregular times between two moments in Unix milliseconds. */
export interface Posting {
  readonly name: string;
  readonly postsPerDay: number;
  readonly from: number;
  readonly to: number;
}

const dayMs = 86_400_000;
const retweetShare = 0.1;

/** An account with all its posts; its id comes from `index`. */
export function createAccount(index: number, { name, postsPerDay, from, to }: Posting, random: Random): BilledAccount {
  const posts: BilledPost[] = [];
  const next = (time: number): number => time + Math.ceil((-Math.log(1 - random()) * dayMs) / postsPerDay);
  for (let time = next(from); postsPerDay > 0 && time < to; time = next(time)) {
    posts.push({ id: snowflakeAt(time, index), time, isRetweet: random() < retweetShare });
  }
  return { id: String(1000 + index), username: name, suspended: false, posts };
}
