/** `npm run cost`: what a configuration costs, before it does. */
import type { Environment } from '../../functions/config/settings.ts';
import { UsageError } from '../../local/runner/options.ts';
import type { Screen } from '../../local/runner/output.ts';
import { adviseOn } from './advice.ts';
import { readCostConfig } from './configuration.ts';
import { toFacts } from './facts.ts';
import { HELP, parseOptions } from './options.ts';
import { reckonCosts } from './reckon.ts';
import { countRequests } from './requests.ts';
import { readSchedules } from './schedules.ts';
import { describeReckoning } from './table.ts';

process.exitCode = await main(process.argv.slice(2), process.env, process.stdout).catch(reportError);

async function main(args: readonly string[], env: Environment, screen: Screen): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    screen.write(HELP);
    return 0;
  }
  const given = readCostConfig(env, options.accounts);
  const schedules = await readSchedules(options.schedules);
  const { postsPerDay } = options;
  const costs = reckonCosts(given, schedules, postsPerDay);
  const requests = countRequests(given, schedules);
  const reckoning = { given, postsPerDay, costs, requests, advice: adviseOn(given, costs, requests) };
  const facts = options.json ? `${JSON.stringify(toFacts(reckoning, schedules), null, 2)}\n` : undefined;
  screen.write(facts ?? describeReckoning(reckoning, screen));
  return reckoning.advice.refusal === undefined ? 0 : 2;
}

function reportError(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error);
  return 1;
}
