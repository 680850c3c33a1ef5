import { readRows, toCount, toText } from './cells.ts';
import type { SeriesAnswer } from './influx.ts';
import type { DaySummary, Money } from './page-state.ts';

const dayMs = 86_400_000;
/** An older summary is no news. */
const summaryDays = 8;

/** Asks for today's money, of each app the newest; the ledger's days are those of UTC. */
export function selectMoney(nowMs: number): string {
  const fields = ['spent', 'held', 'set_aside', 'left', 'budget'].map((name) => `"${name}_microusd"`);
  const today = `time >= ${nowMs - (nowMs % dayMs)}ms AND time <= ${nowMs}ms`;
  return `SELECT ${fields.join(',')} FROM "twitter_budget" WHERE ${today} GROUP BY "app" ORDER BY time DESC LIMIT 1`;
}

/** Each app's money from the answer, by the app's name. */
export function toMoney(series: SeriesAnswer[] | undefined): Money[] {
  return (series ?? []).map(toAppMoney).sort((left, right) => (left.app < right.app ? -1 : 1));
}

function toAppMoney({ tags, rows: [row = {}] }: SeriesAnswer): Money {
  return {
    app: tags['app'] ?? '',
    spent: toCount(row['spent_microusd']),
    held: toCount(row['held_microusd']),
    setAside: toCount(row['set_aside_microusd']),
    left: toCount(row['left_microusd']),
    budget: toCount(row['budget_microusd']),
  };
}

/** Asks for the summaries of the last days, the newest first. */
export function selectSummary(nowMs: number): string {
  return (
    'SELECT "followers_gained","tweets_published","impressions_gained","followers_close","username" ' +
    `FROM "twitter_user_daily" WHERE time >= ${nowMs - summaryDays * dayMs}ms AND time <= ${nowMs}ms ORDER BY time DESC`
  );
}

/** The newest of those days, the account that gained most first; undefined without any. */
export function toSummary(series: SeriesAnswer[] | undefined): DaySummary | undefined {
  const days = readRows(series, (row) => ({
    startMs: toCount(row['time']) ?? 0,
    username: toText(row['username']),
    followersGained: toCount(row['followers_gained']),
    posts: toCount(row['tweets_published']),
    impressionsGained: toCount(row['impressions_gained']),
  }));
  const startMs = days[0]?.startMs;
  if (startMs === undefined) return undefined;
  const newest = days.filter((day) => day.startMs === startMs);
  const order = ({ followersGained }: (typeof newest)[number]): number => followersGained ?? -Infinity;
  newest.sort((left, right) => {
    if (order(left) !== order(right)) return order(right) - order(left);
    return left.username < right.username ? -1 : 1;
  });
  const accounts = newest.map(({ username, followersGained, posts, impressionsGained }) => {
    return { username, followersGained, posts, impressionsGained };
  });
  return { startMs, accounts };
}
