import { type MicroUsd, profilesPerDay } from '../../functions/billing/price.ts';
import { countClasses } from '../../functions/billing/rotation.ts';
import { COLLECTORS } from '../../functions/collectors/index.ts';
import { isOwned } from '../../functions/collectors/tweet/owned.ts';
import type { Config } from '../../functions/config.ts';
import type { Account } from '../../functions/config/accounts.ts';
import { windowOf } from '../../functions/jobs/collect.ts';
import type { CostConfig } from './configuration.ts';
import { addRanges, costOf, cutToBudget, mapRange, postsBilled, profilesBilled, type Range } from './expected.ts';
import type { Schedule } from './schedules.ts';

/** X wants no fewer asked for where private metrics are: https://docs.x.com/x-api/posts/timelines */
const minOwnedTweets = 10;

/** What one collector costs; resources and money of a UTC day and of 30 days. */
export interface CollectorCost {
  readonly collector: string;
  /** How often the busiest account is read on a UTC day. */
  readonly readsPerDay: number;
  readonly resourcesPerDay: Range;
  readonly dayMicroUsd: Range;
  readonly monthMicroUsd: Range;
}

/** Money of a UTC day and of 30 days. */
export type Money = Pick<CollectorCost, 'dayMicroUsd' | 'monthMicroUsd'>;

/** What all collectors cost together, and what the daily budget leaves of it. */
export interface Costs {
  readonly collectors: readonly CollectorCost[];
  readonly together: Money;
  readonly withinBudget: Money;
}

/** How often a collector's schedules read an account. */
interface Reading {
  readonly account: Account;
  readsPerDay: number;
  daysPerMonth: number;
}

/** The costs of these schedules. */
export function computeCosts(given: CostConfig, schedules: readonly Schedule[], postsPerDay: number): Costs {
  const { config, budget } = given;
  const costs = COLLECTORS.map(({ name }) => {
    const readings = readingsOf(config, schedules, name);
    return costOfCollector(config, name, readings, postsPerDay);
  });
  const [profiles, posts] = ['user', 'tweet'].map((name) => costs.find(({ collector }) => collector === name));
  const setAside = profilesPerDay(config.accounts.length, config.prices);
  const cut = (pick: (money: Money) => Range, days: number): Range => {
    const nothing = { typical: 0, max: 0 };
    const both = { profiles: profiles ? pick(profiles) : nothing, posts: posts ? pick(posts) : nothing };
    const left = cutToBudget(both, setAside * days, budget * days);
    return addRanges([left.profiles, left.posts]);
  };
  return {
    collectors: costs,
    together: {
      dayMicroUsd: addRanges(costs.map(({ dayMicroUsd }) => dayMicroUsd)),
      monthMicroUsd: addRanges(costs.map(({ monthMicroUsd }) => monthMicroUsd)),
    },
    withinBudget: {
      dayMicroUsd: cut(({ dayMicroUsd }) => dayMicroUsd, 1),
      monthMicroUsd: cut(({ monthMicroUsd }) => monthMicroUsd, 30),
    },
  };
}

function readingsOf(config: Config, schedules: readonly Schedule[], collectorName: string): Reading[] {
  const readings = new Map<string, Reading>();
  for (const schedule of schedules) {
    const { collects } = schedule;
    const collector = collects?.collectors.find(({ name }) => name === collectorName);
    if (collects === undefined || collector === undefined) continue;
    const { selected, everySeconds } = collects;
    const turns = countClasses(selected.length, windowOf(config, collector, everySeconds, 0));
    for (const account of selected) {
      const reading = readings.get(account.key) ?? { account, readsPerDay: 0, daysPerMonth: 0 };
      reading.readsPerDay += schedule.ticksPerDay / turns;
      reading.daysPerMonth = Math.max(reading.daysPerMonth, schedule.daysPerMonth);
      readings.set(account.key, reading);
    }
  }
  return [...readings.values()];
}

function costOfCollector(
  config: Config,
  collector: string,
  readings: readonly Reading[],
  postsPerDay: number,
): CollectorCost {
  const parts = readings.map(({ account, readsPerDay, daysPerMonth }) => {
    const { resources, price } = resourcesOf(config, collector, account, readsPerDay, postsPerDay);
    return { resources, day: mapRange(resources, (count) => count * price), daysPerMonth };
  });
  const months = parts.map(({ day, daysPerMonth }) => mapRange(day, (cost) => cost * daysPerMonth));
  return {
    collector,
    readsPerDay: Math.max(0, ...readings.map(({ readsPerDay }) => readsPerDay)),
    resourcesPerDay: addRanges(parts.map(({ resources }) => resources)),
    dayMicroUsd: costOf(addRanges(parts.map(({ day }) => day)), 1),
    monthMicroUsd: costOf(addRanges(months), 1),
  };
}

function resourcesOf(
  config: Config,
  collector: string,
  account: Account,
  readsPerDay: number,
  postsPerDay: number,
): { resources: Range; price: MicroUsd } {
  if (collector === 'user') return { resources: profilesBilled(readsPerDay), price: config.prices.user };
  if (!isOwned(config, account, undefined))
    return { resources: postsBilled(config, readsPerDay, postsPerDay), price: config.prices.tweet };
  const tweetsPerUser = Math.max(config.tweetsPerUser, minOwnedTweets);
  const resources = postsBilled({ ...config, tweetsPerUser }, readsPerDay, postsPerDay);
  return { resources, price: config.prices.ownedTweet };
}
