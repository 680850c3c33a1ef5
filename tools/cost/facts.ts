import type { Schedule } from './schedules.ts';
import type { CostReport } from './table.ts';

/** The report for programs: money in integer micro-dollars, resources as fractions where they are averages. */
export function toFacts(
  { given, postsPerDay, costs, requests, advice }: CostReport,
  schedules: readonly Schedule[],
): object {
  const { config, budget, assumesBearerToken } = given;
  const { accounts, ownedUsers, prices, tweetsPerUser, tweetDays } = config;
  return {
    accounts: accounts.length,
    ownedAccounts: ownedUsers.length,
    budgetMicroUsd: budget,
    assumptions: {
      postsPerDay,
      tweetsPerUser,
      tweetDays,
      daysPerMonth: 30,
      pricesMicroUsd: prices,
      assumesBearerToken,
    },
    ...costs,
    schedules: schedules.map(({ name, cron, job, ticksPerDay, daysPerMonth }) => ({
      name,
      cron,
      job,
      ticksPerDay,
      daysPerMonth,
    })),
    requests,
    notes: advice.notes,
    ...(advice.refusal === undefined ? {} : { refusal: advice.refusal }),
  };
}
