import type { Environment } from '../../../functions/config/settings.ts';
import { budgetAt, timezone } from './plan.ts';
import { watchedBy } from './truth.ts';

/** What an app's function is told at a time: whom it watches, and what a day may cost. */
export function environmentAt(app: string, time: number): Environment {
  const watched = watchedBy(app, time);
  const owned = watched.filter(({ isOwned }) => isOwned).map(({ spelling }) => spelling);
  return {
    TWITTER_APP: app,
    TWITTER_USERS: watched.map(({ spelling }) => spelling).join(),
    ...(owned.length > 0 && { TWITTER_OWNED_USERS: owned.join(), ...ownersCredentials }),
    TWITTER_DAILY_BUDGET_USD: (budgetAt(app, time) / 1_000_000).toFixed(6),
    TIMEZONE: timezone,
    RUN_TIMEOUT_SECONDS: '60',
  };
}

const ownersCredentials = {
  TWITTER_API_KEY: 'api-key-marker',
  TWITTER_API_SECRET: 'api-secret-marker',
  TWITTER_ACCESS_TOKEN: 'access-token-marker',
  TWITTER_ACCESS_SECRET: 'access-secret-marker',
};
