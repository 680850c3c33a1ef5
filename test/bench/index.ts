/** `npm run bench`: what a tick costs, as a ratio to the least that Node can do for it. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { provideInfluxd } from '../setup/influxd.ts';
import { startInfluxd } from '../support/influxd.ts';
import { profile, startXServer } from '../support/x-server.ts';
import { root } from '../support/yaml.ts';
import { measure, type Sample } from './measure.ts';

const usage = `Usage: npm run bench -- [--rounds N] [--events N] [--json]

Starts the built function and a bare node:http server in turns, N rounds (15), and sends each an event, then N more (200).
Both ask the same stand-in for X and write to the same InfluxDB. Printed are medians and, what alone can be compared
between machines, their ratios. The floor makes two requests a tick, the function more: it reads its ledger first and
writes it too.
`;

const labels: Record<keyof Sample, string> = {
  coldCpuMs: 'cold start until ready, CPU ms',
  coldWallMs: 'cold start until ready, wall ms',
  firstEventCpuMs: 'first event, CPU ms',
  eventCpuMs: 'warm event, CPU ms',
  eventWallMs: 'warm event, wall ms',
  rssMiB: 'memory after the events, MiB',
};

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '15' },
    events: { type: 'string', default: '200' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else await compare(Number(values.rounds), Number(values.events), values.json);

async function compare(rounds: number, events: number, isJson: boolean): Promise<void> {
  if (!(rounds >= 1 && events >= 1)) throw new Error('--rounds and --events are numbers of at least 1.');
  const start = join(root, 'dist', 'start.mjs');
  if (!existsSync(start)) throw new Error('There is no dist/: npm run build');
  provideInfluxd((line) => process.stderr.write(`${line}\n`));
  const influxd = await startInfluxd();
  const x = await startXServer(() => ({ status: 200, body: { data: [profile('12', 'jack')] } }));
  const env = {
    CONFIG_DIR: '/nonexistent',
    LOG_LEVEL: 'error',
    TWITTER_USERS: 'jack',
    TWITTER_BEARER_TOKEN: 'bench',
    TWITTER_API_URL: x.url,
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
  };
  const floor: Sample[] = [];
  const built: Sample[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      floor.push(await measure([join(import.meta.dirname, 'floor.mjs')], env, events));
      built.push(await measure([start, `--source=${root}`, '--target=twittergraph'], env, events));
      if (process.stderr.isTTY) process.stderr.write(`\r${round + 1}/${rounds} `);
    }
  } finally {
    await Promise.all([influxd.close(), x.close()]);
  }
  process.stdout.write(isJson ? `${JSON.stringify(toRows(floor, built))}\n` : toTable(toRows(floor, built)));
}

interface Row {
  name: string;
  floor: number;
  function: number;
  ratio: number;
}

function toRows(floor: readonly Sample[], built: readonly Sample[]): Row[] {
  return (Object.keys(labels) as (keyof Sample)[]).map((key) => {
    const [bare, ours] = [floor, built].map((samples) => medianOf(samples.map((sample) => sample[key])));
    return { name: labels[key], floor: bare ?? NaN, function: ours ?? NaN, ratio: (ours ?? NaN) / (bare ?? NaN) };
  });
}

function toTable(rows: readonly Row[]): string {
  const line = (name: string, ...cells: string[]): string =>
    `${name.padEnd(34)}${cells.map((cell) => cell.padStart(10)).join('')}\n`;
  const body = rows.map((row) =>
    line(row.name, row.floor.toFixed(2), row.function.toFixed(2), `${row.ratio.toFixed(2)}x`),
  );
  return `\nNode ${process.versions.node}\n${line('', 'floor', 'function', 'ratio')}${body.join('')}`;
}

function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
