/** `npm run test:durable`: durable mode against a real Kafka, with everything killed that can be killed. */
import { parseArgs } from 'node:util';
import ora from 'ora';
import { provideInfluxd } from '../setup/influxd.ts';
import { chooseParts } from '../support/choose-parts.ts';
import { provideKafka } from './kafka/jars.ts';
import { type DurablePart, parts, type PartPlayed } from './parts.ts';

const usage = `Usage: npm run test:durable -- [--part NAME]… [--seed N] [--accounts N] [--ticks N] [--json]

Plays durable mode with the built function, a real Kafka and a real InfluxDB on this machine, and X as a simulator that
bills by X's rule. A bridge stands in for Knative's Broker of class Kafka: it writes, retries and commits as that does.

${parts.map(({ name, about }) => `  ${name.padEnd(9)} ${about}`).join('\n')}

  --part NAME    this part alone; may be repeated
  --seed N       the seed of all that is random; without it a new one, which is printed
  --accounts N   campaign: the accounts of each of the two owners (5000)
  --ticks N      campaign: how many ticks (20), InfluxDB being stopped for the half in the middle
  --json         for programs: figures and problems
  --help         this text

  KAFKA_LIBS     the folder libs/ of a Kafka 4; without it Maven brings one into ~/.cache/twittergraph, once
  INFLUXD_BIN    as for npm test

It needs Java 17 or newer, and Maven for the first time.
Exit code 0: nothing was wrong; 1: something was, or could not be tried.
`;

const maxSeed = 1_000_000;

async function main(argv: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      part: { type: 'string', multiple: true, default: [] },
      seed: { type: 'string' },
      accounts: { type: 'string', default: '5000' },
      ticks: { type: 'string', default: '20' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const chosen = chooseParts(parts, values.part);
  const [accounts, ticks] = [wholeOf('--accounts', values.accounts), wholeOf('--ticks', values.ticks)];
  const seed = values.seed === undefined ? Math.floor(Math.random() * maxSeed) : wholeOf('--seed', values.seed);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const jars = provideKafka(say);
  provideInfluxd(say);
  if (!values.json) process.stdout.write(`seed ${seed}\n`);
  const all: (PartPlayed & { readonly part: string })[] = [];
  for (const part of chosen) {
    const played = await play(part, { jars, seed, accounts, ticks });
    all.push({ part: part.name, ...played });
    if (!values.json) process.stdout.write(describe(part, played));
  }
  if (values.json) {
    const shown = all.map(({ part, figures, problems }) => ({ part, figures, problems }));
    process.stdout.write(`${JSON.stringify({ seed, parts: shown }, null, 2)}\n`);
  }
  return all.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

function wholeOf(option: string, text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new Error(`${option} is a whole number above 0, not ${text}.`);
}

async function play(
  part: DurablePart,
  options: Omit<Parameters<DurablePart['play']>[0], 'onProgress'>,
): Promise<PartPlayed> {
  const bar = ora({ stream: process.stderr, discardStdin: false, isEnabled: process.stderr.isTTY });
  if (process.stderr.isTTY) bar.start(part.name);
  let said = '';
  const onProgress = (text: string): void => {
    const line = `${part.name}: ${text}`;
    bar.text = line;
    if (!process.stderr.isTTY && line !== said) process.stderr.write(`${line}\n`);
    said = line;
  };
  try {
    return await part.play({ ...options, onProgress });
  } finally {
    bar.stop();
  }
}

function describe({ name }: DurablePart, { table, problems }: PartPlayed): string {
  const wrong = problems.map((problem) => `WRONG ${problem}`);
  return `\n${[`${name}: ${problems.length} problems`, '', table, ...wrong].join('\n')}\n`;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
