/** `npm run replay`: dead letters of durable mode, sent to the recorder again. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

import ora from 'ora';

import { UsageError } from '../../local/runner/options.ts';
import { HELP, parseOptions, type ReplayOptions } from './options.ts';
import { type Outcome, replay } from './replay.ts';

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof UsageError || error instanceof Error ? error.message : error);
  return 1;
});

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const input = options.file === '-' ? process.stdin : createReadStream(options.file);
  const spinner = ora({ isSilent: options.json }).start();
  const failed = new Promise<never>((_resolve, reject) => input.once('error', reject));
  const lines = createInterface({ input, crlfDelay: Infinity });
  const working = replay(lines, options.dryRun ? undefined : options.to, (outcome) => {
    spinner.text = describe(outcome, options);
  });
  const outcome = await Promise.race([working, failed]).finally(() => spinner.stop());
  process.stdout.write(options.json ? `${JSON.stringify(outcome)}\n` : `${describe(outcome, options)}\n`);
  if (!options.json)
    for (const { line, id = '', problem } of outcome.refusals) console.log(`line ${line} ${id}: ${problem}`);
  return outcome.refusals.length > 0 ? 1 : 0;
}

function describe({ taken, points, refusals }: Outcome, { dryRun }: ReplayOptions): string {
  return `${taken} events ${dryRun ? 'are good' : 'stored'} (${points} points), ${refusals.length} not`;
}
