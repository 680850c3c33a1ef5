import assert from 'node:assert/strict';
import fc from 'fast-check';

import { RunError } from '../../../functions/failure.ts';
import { type Budget, figuresNow, nothing, release, reserve, settle } from '../../../functions/x/budget.ts';
import { stubInfluxDb } from '../fixtures.ts';
import { budgetOf, nextTurn, noon, posts, profiles } from './world.ts';

/** A purchase: what it is for, what becomes of it, and how long things take, in turns of the event loop. */
interface Order {
  /** An account's posts, or the profiles of accounts from one on. */
  readonly kind: 'posts' | 'owned' | 'profiles';
  readonly account: number;
  readonly max: number;
  readonly outcome: 'answered' | 'refused' | 'unknown';
  readonly share: number;
  readonly turns: number;
}

const order: fc.Arbitrary<Order> = fc.record({
  kind: fc.constantFrom('posts', 'posts', 'owned', 'profiles'),
  account: fc.nat(9),
  max: fc.integer({ min: 5, max: 20 }),
  outcome: fc.constantFrom('answered', 'answered', 'refused', 'unknown'),
  share: fc.double({ min: 0, max: 1, noNaN: true }),
  turns: fc.nat(4),
});
/** Purchases of one run, its budget, and the writes that InfluxDB refuses. */
export const shop = fc.record({
  orders: fc.array(order, { maxLength: 25 }),
  budgetCents: fc.integer({ min: 10, max: 200 }),
  failingWrites: fc.uniqueArray(fc.nat(30), { maxLength: 3 }),
}); /** The configured accounts. */
export const watched = Array.from({ length: 10 }, (_, index) => `name${index}`);

/** A run's money, and what X makes of it. */
export interface Shop {
  readonly budget: Budget;
  readonly influxdb: ReturnType<typeof stubInfluxDb>;
  /** What X has charged for, by resource, and what it may have charged besides. */
  readonly bill: Map<string, number>;
  readonly perhaps: Map<string, number>;
}

/** A shop that nobody has bought in yet. */
export function openShop(budgetCents: number, failingWrites: readonly number[] = []): Shop {
  const inner = stubInfluxDb();
  let writes = 0;
  const influxdb: typeof inner = {
    ...inner,
    async write(points, deadline) {
      await nextTurn();
      return failingWrites.includes((writes += 1)) ? { status: 401, text: '' } : inner.write(points, deadline);
    },
  };
  const terms = { accounts: watched, budget: budgetCents * 10_000 };
  return { budget: budgetOf({ terms, influxdb }), influxdb, bill: new Map(), perhaps: new Map() };
}

/** That the money can be spent but once, at any moment. */
function assertWithin({ budget, bill, perhaps }: Shop): void {
  const figures = figuresNow(budget);
  assert.ok(figures !== undefined);
  const { spent, held, setAside, left } = figures;
  assert.ok(spent + held <= figures.budget, `${spent} + ${held} <= ${figures.budget}`);
  assert.ok(left >= 0 && left === figures.budget - spent - held - setAside, `left: ${left}`);
  assert.equal(spent, sumOf(bill));
  const worst = sumOf(new Map([...perhaps, ...bill]));
  assert.ok(worst <= spent + held, `${worst} may have been charged, ${spent} + ${held} is known`);
}

function sumOf(amounts: ReadonlyMap<string, number>): number {
  return [...amounts.values()].reduce((sum, amount) => sum + amount, 0);
}

/** One purchase from beginning to end. */
export async function shopFor(
  place: Shop,
  { kind, account, max, outcome, share, turns }: Order,
  index: number,
): Promise<void> {
  const { budget, bill, perhaps } = place;
  const keys = kind === 'profiles' ? watched.slice(account, account + max) : [watched[account] ?? ''];
  const owned = { price: 1000, owned: true };
  const want = kind === 'profiles' ? profiles(keys) : posts(keys[0] ?? '', { max, ...(kind === 'owned' ? owned : {}) });
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  const reservation = await reserve(budget, want).catch((error: unknown) => {
    assert.ok(error instanceof RunError);
  });
  assertWithin(place);
  if (reservation === undefined) return;
  const { granted } = reservation;
  assert.ok(granted >= want.min && granted <= want.max);
  const idOf = (n: number): string => (kind === 'profiles' ? `${account + n + 1}` : `${index + 1}0${n + 10}`);
  const ids = Array.from({ length: granted }, (_, n) => idOf(n));
  const charge = (into: Map<string, number>, id: string): unknown => into.set(`${want.resource}:${id}`, want.price);
  if (outcome === 'unknown') for (const id of ids) charge(perhaps, id);
  for (let turn = 0; turn < turns; turn += 1) await nextTurn();
  if (outcome === 'unknown') release(budget, reservation);
  else if (outcome === 'refused') settle(budget, reservation, nothing);
  else {
    const came = ids.slice(0, Math.floor(share * (granted + 1)));
    for (const id of came) charge(bill, id);
    const answered = kind === 'profiles' ? came.map((id, n) => `${keys[n] ?? ''}=${id}`) : keys;
    settle(budget, reservation, { ids: came, answered, date: noon });
  }
  assertWithin(place);
}
