/** `npm run import:twittergraph`: what the ancestor has collected, as if twittergraph had. */
import { createRedactor } from '../../functions/config/redact.ts';
import type { Environment } from '../../functions/config/settings.ts';
import { RunError } from '../../functions/failure.ts';
import { UsageError } from '../../local/runner/options.ts';
import { readEndpoints, secretsOf } from './endpoints.ts';
import { problemsOf, toFacts } from './facts.ts';
import { HELP, parseOptions } from './options.ts';
import { type Outcome, runImport } from './run.ts';
import { describeOutcome } from './text.ts';

// Node 24 warns of how the InfluxDB client parses its URL, in words that no operator can act on.
process.noDeprecation = true;

process.exitCode = await main(process.argv.slice(2), process.env).catch(reportError);

async function main(args: readonly string[], env: Environment): Promise<number> {
  const options = parseOptions(args);
  const { stdout, stderr } = process;
  if (options.help) {
    stdout.write(HELP);
    return 0;
  }
  const ends = readEndpoints(env, options);
  const redact = createRedactor(secretsOf(ends));
  const outcome = await runImport(options, env, ends, stderr).catch((error: unknown) => {
    if (error instanceof Error) error.message = redact(error.message);
    throw error;
  });
  const text = options.json
    ? `${JSON.stringify(toFacts(outcome, ends, options), null, 2)}\n`
    : describeOutcome(outcome, ends, options, stdout);
  stdout.write(redact(text));
  return exitCodeOf(outcome);
}

function exitCodeOf({ results, unknown }: Outcome): number {
  if (results.some((result) => problemsOf(result).length > 0)) return 1;
  return unknown.length > 0 ? 2 : 0;
}

function reportError(error: unknown): number {
  console.error(error instanceof UsageError || error instanceof RunError ? error.message : error);
  return 1;
}
