/** `npm run test:faults`: neighbours and callers that misbehave, against the built function and a real InfluxDB. */
import { parseArgs } from 'node:util';
import ora from 'ora';
import { provideInfluxd } from '../setup/influxd.ts';
import { chooseParts } from '../support/choose-parts.ts';
import type { Part, PartResult } from './part.ts';
import { parts } from './parts.ts';
import { startStore } from './world.ts';

const usage = `Usage: npm run test:faults -- [--part NAME]… [--seed N] [--count N] [--json]

Has X, InfluxDB and callers misbehave towards the built function, and looks at statuses, books, points, memory and logs.

${parts.map(({ name, unit, size, about }) => `  ${name.padEnd(8)} ${about} (${size.toLocaleString('en-US')} ${unit})`).join('\n')}

  --part NAME  this part alone; may be repeated
  --seed N     the seed of all that is random; without it a new one, which is printed
  --count N    so much of each part, for example 40 cells of the matrix
  --json       for programs: totals and problems
  --help       this text

Exit code 0: nothing was wrong; 1: something was, or could not be tried.
`;

/** What a part left, and how long it took. */
interface Played extends PartResult {
  readonly part: string;
  readonly seed: number;
  readonly seconds: number;
}

const maxSeed = 1_000_000;
/** Where no terminal shows how far it is. */
const linesOfProgress = 20;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      part: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      count: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const chosen = chooseParts(parts, values.part);
  const seed = wholeOf('--seed', values.seed) ?? Math.floor(Math.random() * maxSeed);
  const count = wholeOf('--count', values.count);
  provideInfluxd((line) => process.stderr.write(`${line}\n`));
  if (!values.json) process.stdout.write(`seed ${seed}\n`);
  const all: Played[] = [];
  for (const part of chosen) {
    const played = await play(part, seed, Math.min(count ?? part.size, part.size));
    all.push(played);
    if (!values.json) process.stdout.write(describe(played));
  }
  if (values.json) process.stdout.write(`${JSON.stringify({ seed, parts: all }, null, 2)}\n`);
  return all.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

function wholeOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new Error(`${option} is a whole number, not ${text}.`);
}

async function play(part: Part, seed: number, count: number): Promise<Played> {
  const startedAt = Date.now();
  const bar = ora({ stream: process.stderr, discardStdin: false, isEnabled: process.stderr.isTTY });
  if (process.stderr.isTTY) bar.start(part.name);
  const influxd = await startStore();
  try {
    const onProgress = (done: number): void => {
      const text = `${part.name}  ${done.toLocaleString('en-US')} of ${count.toLocaleString('en-US')} ${part.unit}`;
      bar.text = text;
      if (!process.stderr.isTTY && done % Math.ceil(count / linesOfProgress) === 0) process.stderr.write(`${text}\n`);
    };
    const result = await part.run({ influxd, seed, count, onProgress });
    return { part: part.name, seed, ...result, seconds: Math.round((Date.now() - startedAt) / 1000) };
  } finally {
    bar.stop();
    await influxd.close();
  }
}

function describe({ part, totals, problems, seconds }: Played): string {
  const figures = Object.entries(totals).map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`);
  const wrong = problems.map((problem) => `  WRONG ${problem}`);
  return `${[`${part}: ${problems.length} problems, ${seconds} s`, ...figures, ...wrong].join('\n')}\n`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
