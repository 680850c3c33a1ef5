/** `npm run local`: the whole pipeline on one machine. */
import { STOP_GRACE_MS } from './runner/function-process.ts';
import { HELP, parseOptions, UsageError } from './runner/options.ts';
import { openOutput } from './runner/output.ts';
import { type Closers, runPipeline } from './runner/pipeline.ts';
import { planRun } from './runner/plan.ts';
import { waitForStop } from './runner/stop-signals.ts';

/** Longer than this nothing may hold up the end. */
const STOP_DEADLINE_MS = STOP_GRACE_MS + 600;

const closers: Closers = [];
let sayStopped = (): void => undefined;
process.exitCode = await main().catch(reportError);
setTimeout(leave, STOP_DEADLINE_MS);
for (const close of closers) await close();
leave();

/** What the function still says of its last run stands before the last line. */
function leave(): void {
  sayStopped();
  process.exit();
}

async function main(): Promise<number> {
  const stop = waitForStop();
  const options = parseOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const output = openOutput(process.stdout, options.json);
  const ended = planRun(process.env, options).then((plan) => runPipeline(plan, output, process.stdout, closers));
  const ending = await Promise.race([stop, ended]);
  if (typeof ending === 'string') {
    sayStopped = () => {
      output.stopped({ reason: ending }, `Stopped (${ending}).`);
    };
    return 0;
  }
  const text = `The function ended by itself with code ${ending}; what it said last stands above.`;
  sayStopped = () => {
    output.stopped({ reason: 'function ended', code: ending }, text);
  };
  return ending === 0 ? 1 : ending;
}

function reportError(error: unknown): number {
  console.error(error instanceof UsageError ? error.message : error);
  return 1;
}
