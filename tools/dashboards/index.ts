/** `npm run dashboards:normalise`: dashboards from Grafana back to how they are kept. */
import { UsageError } from '../../local/runner/options.ts';
import type { Screen } from '../../local/runner/output.ts';
import { listDashboards, type Normalised, normaliseFile, writeNormalised } from './files.ts';
import { HELP, parseOptions } from './options.ts';

process.exitCode = await main(process.argv.slice(2), process.stdout).catch(reportError);

async function main(args: readonly string[], screen: Screen): Promise<number> {
  const options = parseOptions(args);
  if (options.help) {
    screen.write(HELP);
    return 0;
  }
  const files = options.files.length > 0 ? options.files : await listDashboards(options.folder);
  // All are read before one is written: a mistake in the last leaves the first as it was.
  const normalised = await Promise.all(files.map((file) => normaliseFile(file, options.folder)));
  if (!options.check) for (const dashboard of normalised) await writeNormalised(dashboard);
  const facts = { files: normalised.map(({ from, to, changed }) => ({ from, to, changed })) };
  screen.write(options.json ? `${JSON.stringify(facts)}\n` : describe(normalised, options.check));
  return options.check && normalised.some(({ changed }) => changed) ? 1 : 0;
}

function describe(normalised: readonly Normalised[], check: boolean): string {
  const verdict = check ? 'not in form' : 'written';
  return normalised.map(({ to, changed }) => `${to}: ${changed ? verdict : 'in form'}\n`).join('');
}

function reportError(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error);
  return 1;
}
