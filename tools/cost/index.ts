/** `npm run cost`: what a configuration costs, before it does. */
import type { Environment } from '../../functions/config/settings.ts';
import { UsageError } from '../../local/runner/options.ts';
import type { Screen } from '../../local/runner/output.ts';
import { adviseOn } from './advice.ts';
import { readCostConfig } from './configuration.ts';
import { computeCosts } from './costs.ts';
import { toFacts } from './facts.ts';
import { HELP, parseOptions } from './options.ts';
import { countRequests } from './requests.ts';
import { readSchedules } from './schedules.ts';
import { type CostReport, describeCosts } from './table.ts';

process.exitCode = await main(process.argv.slice(2), process.env, process.stdout).catch(reportError);

async function main(args: readonly string[], env: Environment, screen: Screen): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    screen.write(HELP);
    return 0;
  }
  const given = readCostConfig(env, options.accounts);
  const schedules = await readSchedules(options.schedules, given.config.accounts);
  const { postsPerDay } = options;
  const costs = computeCosts(given, schedules, postsPerDay);
  const requests = countRequests(given, schedules);
  const report: CostReport = { given, postsPerDay, costs, requests, advice: adviseOn(given, costs, requests) };
  const facts = options.json ? `${JSON.stringify(toFacts(report, schedules), null, 2)}\n` : undefined;
  screen.write(facts ?? describeCosts(report, screen));
  return report.advice.refusal === undefined ? 0 : 2;
}

function reportError(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error);
  return 1;
}
