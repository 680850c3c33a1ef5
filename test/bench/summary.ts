/** `npm run bench:summary`: what the daily summary of a year of many accounts takes, in time and memory. */
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';

import { addDays } from '../../functions/insights/local-day.ts';
import { provideInfluxd } from '../setup/influxd.ts';
import { snowflakeAt } from '../support/billing-x.ts';
import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { writeLines } from '../support/write-lines.ts';

const usage = `Usage: npm run bench:summary -- [--accounts N] [--days N] [--json]

Fills a real InfluxDB with N accounts (50), each read every quarter of an hour for N days (365, at most 400) and with two followed
posts a day that are read every hour for a week, and has the built function summarise first the usual last two days,
then a fifth of the days, then all. Printed are seconds, and the function's memory before and at its peak: it should not grow with the days.
`;

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
const linesPerWrite = 20_000;

/** What one request took. */
interface Figure {
  readonly days: number;
  readonly points: number;
  readonly seconds: number;
  readonly peakMiB: number;
}

const { values } = parseArgs({
  options: {
    accounts: { type: 'string', default: '50' },
    days: { type: 'string', default: '365' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) process.stdout.write(usage);
else await bench(Number(values.accounts), Number(values.days), values.json);

async function bench(accounts: number, days: number, isJson: boolean): Promise<void> {
  if (!(accounts >= 1 && days >= 1 && days <= 400)) throw new Error('--accounts is at least 1, --days from 1 to 400.');
  provideInfluxd((line) => process.stderr.write(`${line}\n`));
  const influxd = await startInfluxd();
  try {
    const lines = await fill(influxd, accounts, days);
    const fn = await startFunction({
      TWITTER_USERS: 'jack',
      TWITTER_BEARER_TOKEN: 'bench',
      RUN_TIMEOUT_SECONDS: '290',
      INFLUXDB_URL: influxd.url,
      INFLUXDB_USERNAME: influxd.username,
      INFLUXDB_PASSWORD: influxd.password,
    });
    const before = rssMiB(fn.pid);
    const figures: Figure[] = [];
    for (const asked of [2, Math.ceil(days / 5), days]) figures.push(await summarize(fn, asked));
    await fn.stop();
    const result = { accounts, days, lines, idleMiB: before, figures };
    process.stdout.write(isJson ? `${JSON.stringify(result, null, 2)}\n` : describe(result));
  } finally {
    await influxd.close();
  }
}

async function summarize(fn: FunctionProcess, days: number): Promise<Figure> {
  let peakMiB = rssMiB(fn.pid);
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, rssMiB(fn.pid))), 100);
  const startedAt = performance.now();
  const from = addDays(new Date().toISOString().slice(0, 10), -days);
  const response = await fn.post('/', { job: 'summarize', from, days });
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(timer);
  peakMiB = Math.max(peakMiB, rssMiB(fn.pid));
  const { points, failures } = (await response.json()) as { points: number; failures: unknown[] };
  if (response.status !== 200) throw new Error(`answered ${response.status}: ${JSON.stringify(failures)}`);
  return { days, points, seconds, peakMiB };
}

function rssMiB(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' })) / 1024;
}

function describe({
  accounts,
  days,
  lines,
  idleMiB,
  figures,
}: {
  accounts: number;
  days: number;
  lines: number;
  idleMiB: number;
  figures: readonly Figure[];
}): string {
  const head = `${accounts} accounts, ${days} days, ${lines.toLocaleString('en-US')} points stored; ${idleMiB.toFixed(0)} MiB at rest`;
  const rows = figures.map(
    ({ days: asked, points, seconds, peakMiB }) =>
      `${String(asked).padStart(4)} days  ${points.toLocaleString('en-US').padStart(7)} points  ${seconds.toFixed(1).padStart(6)} s  ${peakMiB.toFixed(0).padStart(4)} MiB at most`,
  );
  return `${[head, ...rows].join('\n')}\n`;
}

/** Fills the database, account by account, and returns how many points it took. */
async function fill(influxd: Influxd, accounts: number, days: number): Promise<number> {
  let count = 0;
  for (let account = 0; account < accounts; account += 1) {
    if (process.stderr.isTTY) process.stderr.write(`\rfilling ${account + 1}/${accounts} …`);
    const lines = linesOf(account, days);
    count += lines.length;
    for (let at = 0; at < lines.length; at += linesPerWrite)
      await writeLines(influxd, lines.slice(at, at + linesPerWrite));
  }
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  return count;
}

function linesOf(account: number, days: number): string[] {
  const now = Date.now();
  const begin = (Math.floor(now / dayMs) - days) * dayMs;
  const tags = `user_id=${account + 1000},username=name${account}`;
  const lines: string[] = [];
  for (let time = begin; time < now; time += 15 * minuteMs) {
    const followers = 1000 * (account + 1) + Math.floor((time - begin) / hourMs);
    lines.push(
      `twitter_user,${tags} followers_count=${followers}i,following_count=5i,tweet_count=7i,listed_count=1i ${time}`,
    );
  }
  for (let post = begin + 7 * hourMs; post < now; post += 12 * hourMs) {
    const id = snowflakeAt(post, account);
    lines.push(
      `twitter_tweet_published,user_id=${account + 1000} username="name${account}",tweet_id="${id}",url="" ${post}`,
    );
    for (let hour = 1; hour <= 7 * 24 && post + hour * hourMs < now; hour += 1) {
      const counts = `like_count=${hour}i,retweet_count=1i,reply_count=1i,quote_count=0i,bookmark_count=0i,impression_count=${hour * 100}i`;
      lines.push(`twitter_tweet,${tags},tweet_id=${id} ${counts} ${post + hour * hourMs + 7 * minuteMs}`);
    }
  }
  return lines;
}
