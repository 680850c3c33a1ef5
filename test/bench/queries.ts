/** `npm run bench:queries`: how long each query of the dashboards and alert rules takes on a year of many accounts. */
import { parseArgs } from 'node:util';

import { askInfluxd } from '../grafana/plugin/ask.ts';
import { provideInfluxd } from '../setup/influxd.ts';
import type { Influxd } from '../support/influxd.ts';
import { openFilled } from './queries/fill.ts';
import { dayMs } from './queries/clock.ts';
import { end } from './queries/population.ts';
import { alertQuestions, dashboardQuestions, type Question } from './queries/questions.ts';

const usage = `Usage: npm run bench:queries -- [--accounts N] [--days N] [--runs N] [--json]

Fills a real InfluxDB with N accounts (100), each read every quarter hour for N days (365) and with one followed post a
day, and asks every query of grafana/dashboards/ and grafana/alerting/ N times (5) for each of three ranges. Printed is
the median in milliseconds (--json: the fastest, too). What takes longer than 300 ms is marked with !, or with > where
the panel's description gives the reason.
The filled server stays in .cache/bench/, so that only the first time takes minutes.
`;

/** Longer than this nobody likes to wait for each of a dashboard's twenty panels. */
const maxMs = 300;
const ranges: Readonly<Record<string, number>> = { '24 h': dayMs, '30 d': 30 * dayMs, '1 y': 365 * dayMs };

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '100' },
    days: { type: 'string', default: '365' },
    runs: { type: 'string', default: '5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else await bench(Number(values.accounts), Number(values.days), Number(values.runs), values.json);

async function bench(accounts: number, days: number, runs: number, isJson: boolean): Promise<void> {
  if (![accounts, days, runs].every((number) => Number.isInteger(number) && number >= 1))
    throw new Error('--accounts, --days and --runs are whole numbers of at least 1.');
  provideInfluxd((line) => process.stderr.write(`${line}\n`));
  const influxd = await openFilled({ accounts, days });
  try {
    const timings = await measureAll(influxd, runs);
    process.stdout.write(isJson ? `${JSON.stringify(timings)}\n` : toTable(timings));
  } finally {
    await influxd.close();
  }
}

/** How long a question took in milliseconds, by range; an alert under `now`. */
interface Timing {
  readonly from: string;
  readonly name: string;
  readonly ms: Readonly<Record<string, Times>>;
  readonly isExplained: boolean;
}

interface Times {
  readonly median: number;
  readonly fastest: number;
}

async function measureAll(influxd: Influxd, runs: number): Promise<Timing[]> {
  const timings = new Map<string, { question: Question; ms: Record<string, Times> }>();
  const measureEach = async (range: string, questions: readonly Question[]): Promise<void> => {
    for (const question of questions) {
      const key = `${question.from} ${question.name}`;
      const known = timings.get(key) ?? { question, ms: {} };
      timings.set(key, known);
      known.ms[range] = await measure(influxd, question.text, runs);
      if (process.stderr.isTTY) process.stderr.write(`\r\u001b[K${range} ${key}`);
    }
  };
  for (const [range, ms] of Object.entries(ranges))
    await measureEach(range, await dashboardQuestions(influxd, { from: end - ms, to: end }));
  await measureEach('now', alertQuestions(end));
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return [...timings.values()].map(({ question: { from, name, description }, ms }) => ({
    from,
    name,
    ms,
    isExplained: /second|slow|takes/i.test(description),
  }));
}

async function measure(influxd: Influxd, text: string, runs: number): Promise<Times> {
  const times: number[] = [];
  for (let run = 0; run < runs; run += 1) {
    const startedAt = performance.now();
    await askInfluxd(influxd, text);
    times.push(performance.now() - startedAt);
  }
  const sorted = times.sort((a, b) => a - b).map((ms) => Math.round(10 * ms) / 10);
  return { median: sorted[sorted.length >> 1] ?? NaN, fastest: sorted[0] ?? NaN };
}

function toTable(timings: readonly Timing[]): string {
  const columns = [...Object.keys(ranges), 'now'];
  const line = (from: string, name: string, cells: readonly string[]): string =>
    `${from.padEnd(12)}${name.slice(0, 48).padEnd(50)}${cells.map((cell) => cell.padStart(10)).join('')}\n`;
  const cellOf = (times: Times | undefined, isExplained: boolean): string =>
    times === undefined ? '' : `${times.median > maxMs ? (isExplained ? '> ' : '! ') : ''}${times.median.toFixed(0)}`;
  const body = timings.map(({ from, name, ms, isExplained }) =>
    line(
      from,
      name,
      columns.map((column) => cellOf(ms[column], isExplained)),
    ),
  );
  const slow = timings.filter(
    ({ ms, isExplained }) => !isExplained && Object.values(ms).some(({ median }) => median > maxMs),
  ).length;
  return `${line('', 'ms, median', columns)}${body.join('')}\n${slow} of ${timings.length} queries take more than ${maxMs} ms without a reason in their description.\n`;
}
