import type { App } from '../app.ts';
import { dayOf } from '../billing/day.ts';
import { bookOf, spentOf } from '../billing/ledger.ts';
import type { MicroUsd } from '../billing/price.ts';
import { accountsOfTurn } from '../billing/rotation.ts';
import { turnOf } from './collect.ts';
import type { CollectRequest } from './request.ts';
import { refreshAccounts, selectAccounts } from './watched.ts';

/** What a run would ask X now, and what that could cost at most. */
export interface Plan {
  readonly requests: readonly { collector: string; method: 'GET'; path: string; count: number }[];
  readonly worstCaseMicroUsd: MicroUsd;
  /** What is left of today's budget. */
  readonly leftMicroUsd: MicroUsd;
}

/** The plan of a run at `time` (Unix milliseconds), over the ledger as it was last read. Throws a `BadRequest` for accounts not configured. */
export function planCollect(app: App, request: CollectRequest, time: number): Plan {
  refreshAccounts(app);
  const { config, state } = app;
  const chosen = selectAccounts(state.accounts, request.users);
  const plans = request.collectors.map((collector) => ({
    collector: collector.name,
    ...collector.plan(config, accountsOfTurn(chosen, turnOf(app, request, collector, time))),
  }));
  return toPlan(app, plans);
}

/** A plan of these parts: requests by path, and the most they could cost. */
export function toPlan(
  { config, state }: App,
  parts: readonly { collector: string; counts: Readonly<Record<string, number>>; most: MicroUsd }[],
): Plan {
  const requests = parts.flatMap(({ collector, counts }) =>
    Object.entries(counts).map(([path, count]) => ({ collector, method: 'GET' as const, path: `/2/${path}`, count })),
  );
  const worstCaseMicroUsd = parts.reduce((sum, { most }) => sum + most, 0);
  const spent = spentOf(bookOf(state.ledger, dayOf(Date.now())));
  return { requests, worstCaseMicroUsd, leftMicroUsd: Math.max(0, config.dailyBudget - spent) };
}
