import { parseArgs } from 'node:util';

import { UsageError } from '../../local/runner/options.ts';

/** What the command line asks for. */
export interface CostOptions {
  readonly help: boolean;
  readonly json: boolean;
  /** This many accounts instead of the configured ones. */
  readonly accounts: number | undefined;
  /** How many posts an account publishes a day. */
  readonly postsPerDay: number;
  /** The folder of the PingSources. */
  readonly schedules: string;
}

export const HELP = `npm run cost -- [options]

Says what the configured accounts cost by X's price list with the schedules of knative/base/: typically and
at most, a UTC day and in 30 days, and how near that comes to X's rate limits. Asks nobody, costs nothing.

  --accounts N         N accounts instead of those in TWITTER_USERS
  --posts-per-day N    posts an account publishes a day, for what is typical (3)
  --schedules FOLDER   where the PingSources are (knative/base)
  --json               for programs: money in micro-dollars (1 USD = 1,000,000)
  --help               this text

Reads the function's own variables (docs/variables.md), those for InfluxDB not. Without credentials the rate limits
are those of a bearer token. Exit code 0: the cost is told; 1: it cannot be told, and why; 2: it is told, but
the function would refuse to start, since the profiles alone exceed TWITTER_DAILY_BUDGET_USD.
`;

const maxAccounts = 20_000;

/** Throws a `UsageError` that names the option. */
export function parseOptions(args: readonly string[]): CostOptions {
  const values = readArguments([...args]);
  return {
    help: values.help,
    json: values.json,
    accounts: values.accounts === undefined ? undefined : readAccounts(values.accounts),
    postsPerDay: readPostsPerDay(values['posts-per-day']),
    schedules: values.schedules,
  };
}

function readArguments(args: string[]): ReturnType<typeof parseArgs<typeof declared>>['values'] {
  try {
    return parseArgs({ args, ...declared }).values;
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nSee npm run cost -- --help.`);
  }
}

const declared = {
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    json: { type: 'boolean', default: false },
    accounts: { type: 'string' },
    'posts-per-day': { type: 'string', default: '3' },
    schedules: { type: 'string', default: 'knative/base' },
  },
} as const;

function readAccounts(text: string): number {
  const accounts = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (accounts >= 1 && accounts <= maxAccounts) return accounts;
  throw new UsageError(`--accounts is ${JSON.stringify(text)}, not a whole number from 1 to ${maxAccounts}.`);
}

function readPostsPerDay(text: string): number {
  if (/^\d{1,4}(\.\d{1,3})?$/.test(text)) return Number(text);
  throw new UsageError(`--posts-per-day is ${JSON.stringify(text)}, not a number such as 3 or 0.5.`);
}
