import type { App } from '../app.ts';
import { countBought } from '../billing/bought.ts';
import { type MicroUsd, profilesPerDay } from '../billing/price.ts';
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

/** The plan of a run at `time` (Unix milliseconds). Asks nobody. Throws a `BadRequest` for accounts not configured. */
export function planCollect(app: App, request: CollectRequest, time: number): Plan {
  refreshAccounts(app);
  const { config, state } = app;
  const accounts = accountsOfTurn(selectAccounts(state.accounts, request.users), turnOf(app, request, time));
  const requests = request.collectors.flatMap((collector) => {
    const paths = collector.requestsFor(accounts).map(({ path }) => path);
    return [...new Set(paths)].map((path) => ({
      collector: collector.name,
      method: 'GET' as const,
      path: `/2/${path}`,
      count: paths.filter((other) => other === path).length,
    }));
  });
  const spent = countBought(state.bought, Date.now()) * config.prices.user;
  return {
    requests,
    worstCaseMicroUsd: profilesPerDay(accounts.length, config.prices),
    leftMicroUsd: config.dailyBudget - spent,
  };
}
