import { dayOf } from '../../../functions/billing/day.ts';
import type { Point } from '../../../functions/measurement.ts';
import { newIdsOf, type Purchase, userPrice } from './books.ts';
import { apps, budgetAt, isWithin, killedAt, tweetTicks, unread, userTicks } from './plan.ts';
import { toBudgetPoint } from './points.ts';
import { watchedBy } from './truth.ts';

/** What every run of the collectors writes of its day's money. A killed run writes nothing. */
export function budgetPoints(purchases: readonly Purchase[]): readonly Point[] {
  return apps.flatMap((app) => {
    const own = purchases.filter((purchase) => purchase.app === app);
    const posts = tweetTicks.filter((tick) => app !== apps[0] || tick !== killedAt);
    return walk(
      app,
      own,
      [...userTicks, ...posts].sort((a, b) => a - b),
    );
  });
}

interface Day {
  readonly day: string;
  /** The accounts whose profiles are. */
  readonly paid: Set<string>;
  spent: number;
  held: number;
}

/** From run to run, with a new book at each midnight UTC. */
function walk(app: string, purchases: readonly Purchase[], ticks: readonly number[]): Point[] {
  let today: Day = openDay('');
  let next = 0;
  return ticks.map((tick) => {
    if (dayOf(tick) !== today.day) today = openDay(dayOf(tick));
    for (; (purchases[next]?.tick ?? Infinity) <= tick; next += 1) enter(today, purchases[next]);
    const budget = budgetAt(app, tick);
    if (app === apps[0] && isWithin(tick, unread)) return toBudgetPoint(app, tick, { budget });
    const aside = watchedBy(app, tick).filter(({ key }) => !today.paid.has(key)).length * userPrice;
    return toBudgetPoint(app, tick, { spent: today.spent, held: today.held, aside, budget });
  });
}

function openDay(day: string): Day {
  return { day, paid: new Set(), spent: 0, held: 0 };
}

function enter(today: Day, purchase: Purchase | undefined): void {
  if (purchase === undefined) return;
  const { resource, max, price, answer } = purchase;
  if (answer === undefined) today.held += max * price;
  today.spent += newIdsOf(purchase).length * price;
  if (resource === 'user') for (const [key, ids] of answer ?? []) if (ids.length > 0) today.paid.add(key);
}
