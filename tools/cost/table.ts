import { formatUsd, type MicroUsd } from '../../functions/billing/price.ts';
import { alignColumns } from '../../local/runner/columns.ts';
import { choosePaint, type Screen } from '../../local/runner/output.ts';
import type { Advice } from './advice.ts';
import type { CostConfig } from './configuration.ts';
import type { CollectorCost, Costs, Money } from './costs.ts';
import type { RequestCount } from './requests.ts';

/** Everything there is to say. */
export interface CostReport {
  readonly given: CostConfig;
  readonly postsPerDay: number;
  readonly costs: Costs;
  readonly requests: readonly RequestCount[];
  readonly advice: Advice;
}

type Paint = ReturnType<typeof choosePaint>;

/** The report for people, with colours where the screen has them. Amounts are rounded up to whole cents. */
export function describeCosts(report: CostReport, screen: Screen): string {
  const paint = choosePaint(screen);
  const { given, costs, requests, advice } = report;
  const sections = [
    describeHead(given, paint),
    describeAmounts(costs, paint),
    describeRequests(requests, paint),
    explainAssumptions(report)
      .map((line) => paint('dim', line))
      .join('\n'),
    advice.notes.map((note) => paint('yellow', note)).join('\n'),
    advice.refusal === undefined ? '' : paint('red', `The function would refuse to start: ${advice.refusal}.`),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function describeHead({ config, budget }: CostConfig, paint: Paint): string {
  const { accounts, ownedUsers } = config;
  const owned = ownedUsers.length > 0 ? ` (${ownedUsers.length} owned)` : '';
  const count = `${formatCount(accounts.length)} ${accounts.length === 1 ? 'account' : 'accounts'}${owned}`;
  return paint('bold', `${count}, at most ${formatUsd(budget)} a UTC day`);
}

function describeAmounts({ collectors, together, withinBudget }: Costs, paint: Paint): string {
  const head = ['', 'read a day', '', 'a UTC day', '', '30 days', ''];
  const ends = ['collector', 'typically', 'at most', 'typically', 'at most', 'typically', 'at most'];
  const rows = [
    ...collectors.map((cost) => [cost.collector, ...resourcesIn(cost), ...amountsIn(cost)]),
    ['reconcile', '', '', 'free', 'free', 'free', 'free'],
    ['together', '', '', ...amountsIn(together)],
    ['within budget', '', '', ...amountsIn(withinBudget)],
  ];
  const lines = alignColumns([head, ends, ...rows], ['left', 'right', 'right', 'right', 'right', 'right', 'right']);
  return lines.map((line, index) => styleLine(line, index, lines.length, paint)).join('\n');
}

function styleLine(line: string, index: number, count: number, paint: Paint): string {
  if (index < 2) return paint('dim', line);
  return index === count - 1 ? paint('bold', line) : line;
}

function resourcesIn({ resourcesPerDay: { typical, max } }: CollectorCost): string[] {
  return [formatCount(Math.ceil(typical)), formatCount(Math.ceil(max))];
}

function amountsIn({ dayMicroUsd, monthMicroUsd }: Money): string[] {
  return [dayMicroUsd.typical, dayMicroUsd.max, monthMicroUsd.typical, monthMicroUsd.max].map(formatCents);
}

function describeRequests(requests: readonly RequestCount[], paint: Paint): string {
  const head = ['schedule', 'cron', 'requests', 'a tick', '15 minutes', 'X allows'];
  const rows = requests.map((count) => [
    count.schedule,
    count.cron,
    `GET /2/${count.path}`,
    formatCount(count.perTick),
    formatCount(count.perWindow),
    `${formatCount(count.limitPerWindow)} per ${count.limitIsPer}`,
  ]);
  const [first = '', ...others] = alignColumns([head, ...rows], ['left', 'left', 'left', 'right', 'right', 'right']);
  return [paint('dim', first), ...others].join('\n');
}

function explainAssumptions({ given: { config }, postsPerDay, costs }: CostReport): string[] {
  const { tweetsPerUser, tweetDays, prices } = config;
  const reads = costs.collectors.find(({ collector }) => collector === 'tweet')?.readsPerDay ?? 0;
  const often = Number(reads.toFixed(1));
  return [
    'X bills a profile or post once per UTC day, however often it is read on it, and again on each further day it is read:',
    `a post is followed for ${tweetDays} days (TWITTER_TWEET_DAYS) and so bought up to ${tweetDays + 1} times.`,
    `Typically: an account publishes ${postsPerDay} posts a day (--posts-per-day) and its newest ${tweetsPerUser} are read (TWITTER_TWEETS_PER_USER).`,
    `At most: each of the ${often} reads a day finds ${tweetsPerUser} posts that none before has found.`,
    `Prices: profile ${formatUsd(prices.user)}, post ${formatUsd(prices.tweet)}, post of the app's owner ${formatUsd(prices.ownedTweet)} (TWITTER_PRICE_*).`,
  ];
}

function formatCents(amount: MicroUsd): string {
  const dollars = Math.ceil(amount / 10_000) / 100;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}
