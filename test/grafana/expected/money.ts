import { newIdsOf, userPrice } from '../seed/books.ts';
import { apps, budgetAt, dayMs, isWithin, unread } from '../seed/plan.ts';
import type { Truth } from '../numbers/look.ts';
import { watchedBy } from '../seed/truth.ts';

/** An app's money of one UTC day in dollars; only the budget where no run of it could read the ledger. */
export interface DayMoney {
  /** 00:00 UTC in Unix milliseconds. */
  readonly day: number;
  readonly budget: number;
  readonly known:
    { readonly spent: number; readonly held: number; readonly aside: number; readonly left: number } | undefined;
}

/** Each UTC day of a time, both ends included, as the newest run of the app in it knew its money. A day without a run is none. */
export function moneyOfDays(truth: Truth, app: string, { from, to }: { from: number; to: number }): DayMoney[] {
  const runs = runTimesOf(truth, app).filter((time) => time >= from && time <= to);
  const days = [...new Set(runs.map(startOfDay))].sort((a, b) => a - b);
  return days.map((day) => {
    const times = runs.filter((time) => startOfDay(time) === day);
    const reading = times.filter((time) => app !== apps[0] || !isWithin(time, unread));
    const budget = usd([budgetAt(app, Math.max(...times))]);
    return { day, budget, known: reading.length === 0 ? undefined : knownAt(truth, app, day, Math.max(...reading)) };
  });
}

/** 00:00 UTC of the day that a time lies in. */
export function startOfDay(time: number): number {
  return Math.floor(time / dayMs) * dayMs;
}

function runTimesOf({ seed, nightsOf }: Truth, app: string): readonly number[] {
  const collected = seed.runs.filter((run) => run.app === app).map(({ time }) => time);
  return [...collected, ...(nightsOf.get(app) ?? []).map(({ time }) => time)];
}

function knownAt({ seed }: Truth, app: string, day: number, time: number): DayMoney['known'] {
  const today = seed.purchases.filter(({ app: buyer, tick }) => buyer === app && tick >= day && tick <= time);
  const bought = today.flatMap((purchase) => (purchase.resource === 'user' ? newIdsOf(purchase) : []));
  const open = watchedBy(app, time).filter(({ userId }) => !bought.includes(userId));
  const spent = usd(today.map((purchase) => purchase.price * newIdsOf(purchase).length));
  const held = usd(today.filter(({ answer }) => answer === undefined).map(({ price, max }) => price * max));
  const aside = usd(open.map(() => userPrice));
  return { spent, held, aside, left: usd([budgetAt(app, time)]) - spent - held - aside };
}

function usd(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0) / 1_000_000;
}
