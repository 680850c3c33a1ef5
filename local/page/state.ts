import { readRows, toCount, toText } from './cells.ts';
import { type Influx, queryInflux, type SeriesAnswer } from './influx.ts';
import { selectMoney, selectSummary, toMoney, toSummary } from './day.ts';
import type { Account, Failure, PageData, RangeName, Run } from './page-state.ts';
import { readReach, selectPublished } from './posts.ts';

const rangeMs = { '15m': 900_000, '1h': 3_600_000, '24h': 86_400_000 };
/** More points than a chart has pixels are thinned out, to the last one of each interval. */
const pointsPerLine = 1_200;
/** A shorter interval than any schedule's would thin out nothing. */
const shortestIntervalMs = 10_000;
const lookBackMs = 86_400_000;
const tableRows = 12;
/** A failure that comes with every tick is one row of the table: so many are looked at to find others. */
const failuresRead = 200;

/** Reads all the page shows of one range that ends at `nowMs`. Throws StoreProblem. */
export async function readPageData(influx: Influx, range: RangeName, nowMs: number): Promise<PageData> {
  const fromMs = range === 'all' ? await readFirstTimeMs(influx, nowMs) : nowMs - rangeMs[range];
  const intervalMs = Math.floor((nowMs - fromMs) / pointsPerLine / 1000) * 1000;
  const isThinned = intervalMs >= shortestIntervalMs;
  const inRange = `time >= ${fromMs}ms AND time <= ${nowMs}ms`;
  const grouping = isThinned ? `time(${intervalMs}ms), "user_id" fill(none)` : '"user_id"';
  const before = `time >= ${fromMs - lookBackMs}ms AND time < ${fromMs}ms`;
  const [lines, firsts, lasts, earlier, runs, failures, money, summary, published] = await queryInflux(influx, [
    `SELECT ${isThinned ? 'last("followers_count")' : '"followers_count"'} AS "value" FROM "twitter_user" ` +
      `WHERE ${inRange} GROUP BY ${grouping}`,
    `SELECT first("followers_count") AS "value" FROM "twitter_user" WHERE ${inRange} GROUP BY "user_id"`,
    `SELECT last("followers_count") AS "value", "username" FROM "twitter_user" ` +
      `WHERE time >= ${fromMs - lookBackMs}ms AND time <= ${nowMs}ms GROUP BY "user_id"`,
    `SELECT last("followers_count") AS "value" FROM "twitter_user" WHERE ${before} GROUP BY "user_id"`,
    'SELECT "success","duration_ms","accounts","accounts_missing","points","requests","app","collector" ' +
      `FROM "twitter_collector_run" ORDER BY time DESC LIMIT ${tableRows}`,
    'SELECT "count","detail","reason","collector","account" ' +
      `FROM "twitter_collector_failure" ORDER BY time DESC LIMIT ${failuresRead}`,
    selectMoney(nowMs),
    selectSummary(nowMs),
    selectPublished(nowMs),
  ]);
  const accounts = (lasts ?? []).map((last) =>
    buildAccount(last, [findSeries(earlier, last), findSeries(firsts, last), findSeries(lines, last)]),
  );
  accounts.sort((left, right) => (right.points.at(-1)?.[1] ?? 0) - (left.points.at(-1)?.[1] ?? 0));
  const day = toSummary(summary);
  return {
    fromMs,
    toMs: nowMs,
    accounts,
    posts: await readReach(influx, published, nowMs),
    money: toMoney(money),
    ...(day && { summary: day }),
    runs: readRows(runs, toRun),
    failures: mergeAlike(readRows(failures, toFailure)),
  };
}

async function readFirstTimeMs(influx: Influx, nowMs: number): Promise<number> {
  const [series] = await queryInflux(influx, ['SELECT first("followers_count") FROM "twitter_user"']);
  return Number(series?.[0]?.rows[0]?.['time'] ?? nowMs - rangeMs['15m']);
}

function findSeries(series: SeriesAnswer[] | undefined, last: SeriesAnswer): SeriesAnswer['rows'] {
  return series?.find(({ tags }) => tags['user_id'] === last.tags['user_id'])?.rows ?? [];
}

// A thinned point has the time of its interval's start; the first and the last point are exact.
function buildAccount(last: SeriesAnswer, parts: SeriesAnswer['rows'][]): Account {
  const points: Account['points'] = [];
  for (const row of [...parts.flat(), ...last.rows]) {
    const timeMs = toCount(row['time']);
    const followers = toCount(row['value']);
    if (timeMs === null || followers === null) continue;
    if (timeMs > (points.at(-1)?.[0] ?? -Infinity)) points.push([timeMs, followers]);
  }
  return { userId: last.tags['user_id'] ?? '', username: toText(last.rows[0]?.['username']), points };
}

function toRun(row: Record<string, unknown>): Run {
  return {
    timeMs: toCount(row['time']) ?? 0,
    app: toText(row['app']),
    collector: toText(row['collector']),
    success: row['success'] === 1,
    durationMs: toCount(row['duration_ms']),
    accounts: toCount(row['accounts']),
    accountsMissing: toCount(row['accounts_missing']),
    points: toCount(row['points']),
    requests: toCount(row['requests']),
  };
}

function toFailure(row: Record<string, unknown>): Failure {
  return {
    timeMs: toCount(row['time']) ?? 0,
    account: toText(row['account']),
    collector: toText(row['collector']),
    reason: toText(row['reason']),
    detail: toText(row['detail']),
    times: 1,
  };
}

/** The newest of those alike, with how many there were. */
function mergeAlike(failures: Failure[]): Failure[] {
  const merged = new Map<string, Failure>();
  for (const failure of failures) {
    const key = JSON.stringify([failure.collector, failure.account, failure.reason, failure.detail]);
    const newest = merged.get(key) ?? { ...failure, times: 0 };
    merged.set(key, { ...newest, times: newest.times + 1 });
  }
  return [...merged.values()].slice(0, tableRows);
}
