/** `npm run bench`: what the built function costs, as ratios to the least that Node can do for the same ticks. */
import { parseArgs } from 'node:util';
import ora from 'ora';

import { provideInfluxd } from '../setup/influxd.ts';
import { compareWithBaseline, saveBaseline } from './baseline.ts';
import { type Figure, openFigures, toRows } from './figures.ts';
import { goalOf } from './goals.ts';
import { ownMajor, provideNode } from './nodes.ts';
import { accounts } from './parts/accounts.ts';
import { cold } from './parts/cold.ts';
import type { Part } from './parts/context.ts';
import { evening } from './parts/evening.ts';
import { growth } from './parts/growth.ts';
import { install } from './parts/install.ts';
import { paced } from './parts/paced.ts';
import { slow } from './parts/slow.ts';
import { warm } from './parts/warm.ts';
import { buildPrograms } from './programs.ts';
import { toTable } from './table.ts';
import { openWorld } from './world.ts';

const parts: readonly Part[] = [cold, warm, paced, evening, accounts, slow, growth, install];
const usage = `Usage: npm run bench -- [--only PART,…] [--rounds N] [--nodes MAJOR,…] [--json] [--save]

Builds the function and compares it with the floor, a bare node:http server that asks X and writes to InfluxDB, with the
Functions Framework alone, and with the four packages in the straightest way. X is a stand-in, InfluxDB is real. All take
turns, N times (15): compare ratios, since times are the machine's. Measured on this Node and on those named (20,22,24),
which npm brings once; there only the parts marked with *.

${parts.map(({ name, about, isOnEveryNode }) => `  ${isOnEveryNode ? '*' : ' '} ${name.padEnd(9)} ${about}\n`).join('')}
--json prints one JSON document in place of the table. --save makes this run the baseline (test/bench/baseline.json), with
which every run is compared. All of it takes half an hour on two cores; --only cold a minute.
`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: parts.map(({ name }) => name).join() },
    rounds: { type: 'string', default: '15' },
    nodes: { type: 'string', default: '20,22,24' },
    json: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else await bench(values.only.split(','), Number(values.rounds), values.nodes.split(',').map(Number));

async function bench(names: readonly string[], rounds: number, majors: readonly number[]): Promise<void> {
  const wanted = parts.filter(({ name }) => names.includes(name));
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`--only: there is no part ${unknown}: see --help`);
  if (!(Number.isInteger(rounds) && rounds >= 1)) throw new Error('--rounds is a whole number of at least 1.');
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  provideInfluxd(say);
  const figures: Figure[] = [];
  for (const major of new Set([ownMajor, ...majors]))
    figures.push(
      ...(await benchOn(
        major,
        wanted.filter((part) => major === ownMajor || part.isOnEveryNode),
        rounds,
        say,
      )),
    );
  const rows = toRows(figures);
  const moved = compareWithBaseline(rows);
  if (values.save) saveBaseline(rows);
  const missed = rows.filter((row) => goalOf(row)?.isMet === false);
  if (values.json) process.stdout.write(`${JSON.stringify({ rows, moved, missed }, null, 2)}\n`);
  else process.stdout.write(`${toTable(rows)}\n${missed.length} goals are missed (!).\n${describe(moved)}`);
}

async function benchOn(
  major: number,
  wanted: readonly Part[],
  rounds: number,
  say: (line: string) => void,
): Promise<readonly Figure[]> {
  const node = wanted.length === 0 ? undefined : provideNode(major, say);
  if (node === undefined) return [];
  const spinner = ora({ isEnabled: process.stderr.isTTY });
  const programs = await buildPrograms(node);
  const world = await openWorld();
  const all: Figure[] = [];
  try {
    for (const part of wanted) {
      const title = `Node ${major}, ${part.name}`;
      spinner.start(title);
      const figures = openFigures(major, part.name);
      const show = (text: string): void => void (spinner.text = `${title} ${text}`);
      try {
        await part.measure({ node, programs, world, figures, rounds, show });
        spinner.succeed(title);
      } catch (error) {
        spinner.fail(`${title} broke off: ${(error as Error).message}`);
        process.exitCode = 1;
      }
      all.push(...figures.all());
    }
  } finally {
    spinner.stop();
    await world.close();
  }
  return all;
}

function describe(moved: readonly string[]): string {
  if (moved.length === 0) return 'All ratios are those of the baseline, within a tenth.\n';
  return `Ratios that are not those of the baseline:\n${moved.map((line) => `  ${line}\n`).join('')}`;
}
