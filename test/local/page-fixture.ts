import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Page as ChartPage, type PageAbout, startPage } from '../../local/page/server.ts';
import { startStore, type Store } from '../../local/store/server.ts';

/** A chart page over a store of its own. `about` may be changed; `restartStore` brings a closed store back on its port. */
export type Fixture = {
  page: ChartPage;
  store: Store;
  about: PageAbout;
  write(lines: string[]): Promise<void>;
  restartStore(): Promise<void>;
};

const credential = { username: 'reader', password: 'secret' };
const database = 'twittergraph';
const dayMs = 86_400_000;

/** Starts both; they end with the test. */
export async function startFixture(context: TestContext, lines: string[] = []): Promise<Fixture> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-page-'));
  const store = await startStore({ port: 0, folder, database, ...credential });
  const about: PageAbout = {
    simulated: true,
    speed: 60,
    timezone: 'UTC',
    functionUrl: 'http://127.0.0.1:8080',
    store: 'embedded; every point is appended to data/twittergraph.lp',
    schedules: [{ name: 'users', cron: '*/15 * * * *', nextAt: new Date(Date.now() + 600_000).toISOString() }],
  };
  const influx = { url: store.url, database, ...credential };
  const page = await startPage({ port: 0, influx, about: () => about });
  const fixture: Fixture = {
    page,
    store,
    about,
    write: (more) => writeLines(influx, more),
    restartStore: async () => {
      fixture.store = await startStore({ port: Number(new URL(store.url).port), folder, database, ...credential });
    },
  };
  context.after(async () => {
    await page.close();
    await fixture.store.close().catch(() => undefined);
    await rm(folder, { recursive: true });
  });
  if (lines.length > 0) await fixture.write(lines);
  return fixture;
}

/** Writes lines with millisecond times. */
export async function writeLines(
  influx: { url: string; username: string; password: string },
  lines: string[],
): Promise<void> {
  const authorization = `Basic ${Buffer.from(`${influx.username}:${influx.password}`).toString('base64')}`;
  const url = `${influx.url}/write?db=${database}&precision=ms`;
  const response = await fetch(url, { method: 'POST', headers: { authorization }, body: lines.join('\n') });
  if (response.status !== 204) throw new Error(await response.text());
}

/** Two accounts, one of them renamed, over two hours and a day before; runs and failures. Ends at `nowMs`. */
export function makeHistory(nowMs: number): string[] {
  const lines: string[] = [];
  for (let minute = 0; minute <= 26 * 60; minute += minute < 24 * 60 ? 15 : 1) {
    const timeMs = nowMs - (26 * 60 - minute) * 60_000;
    const name = minute < 25 * 60 ? 'jack' : 'jack_renamed';
    lines.push(`twitter_user,user_id=12,username=${name} followers_count=${1_000_000 + minute * 7}i ${timeMs}`);
    lines.push(`twitter_user,user_id=9,username=shop followers_count=${500 - (minute % 7)}i ${timeMs}`);
  }
  const run = 'twitter_collector_run,app=default,collector';
  const rest = 'points=2i,accounts=2i,requests=1i';
  lines.push(`${run}=user success=1i,duration_ms=210i,accounts_missing=0i,${rest} ${nowMs - 60_000}`);
  lines.push(`${run}=tweet success=0i,duration_ms=1400i,accounts_missing=1i,${rest} ${nowMs}`);
  const failure = 'twitter_collector_failure,app=default,collector=user';
  lines.push(`${failure},reason=unknown_account,account=ghost count=1i,detail="${hostileDetail}" ${nowMs - 30_000}`);
  lines.push(`${failure},reason=rate_limited count=1i,detail="${'long'.repeat(60)}" ${nowMs - 90_000}`);
  return lines;
}

/** Posts with their counts, the money of two apps and the summary of two days. All before `nowMs`. */
export function makeDay(nowMs: number): string[] {
  const midnightMs = nowMs - (nowMs % dayMs);
  const lines = Array.from({ length: 14 }, (_, at) => {
    const name = at < 7 ? 'username="jack_renamed"' : 'username="jack"';
    return `twitter_tweet_published,user_id=12 ${name},tweet_id="${9000 + at}" ${nowMs - (at + 1) * 600_000}`;
  });
  const post = (id: number, name = 'jack'): string => `twitter_tweet,user_id=12,username=${name},tweet_id=${id}`;
  lines.push(`${post(9001)} impression_count=100i,like_count=5i,reply_count=1i ${nowMs - 900_000}`);
  lines.push(`${post(9001, 'jack_renamed')} impression_count=12345i,like_count=60i,reply_count=7i ${nowMs - 300_000}`);
  lines.push(`${post(9002)} impression_count=8i ${nowMs - 300_000}`, `${post(9003)} like_count=0i ${nowMs - 300_000}`);
  const money = 'budget_microusd=1000000i,held_microusd=20000i';
  const first = 'spent_microusd=10000i,set_aside_microusd=40000i,left_microusd=930000i';
  const last = 'spent_microusd=345000i,set_aside_microusd=0i,left_microusd=635000i';
  lines.push(`twitter_budget,app=default ${money},${first} ${midnightMs}`);
  lines.push(`twitter_budget,app=default ${money},${last} ${midnightMs + 1}`);
  lines.push(`twitter_budget,app=other spent_microusd=900000i ${midnightMs - 1}`);
  const daily = (id: number, name: string): string => `twitter_user_daily,user_id=${id},username=${name}`;
  lines.push(`${daily(12, 'jack')} followers_gained=77i,tweets_published=1i ${midnightMs - 2 * dayMs}`);
  lines.push(`${daily(9, 'shop')} followers_gained=-3i,followers_close=497i ${midnightMs - dayMs}`);
  lines.push(`${daily(7, 'young')} followers_close=5i ${midnightMs - dayMs}`);
  const gains = 'followers_gained=88i,tweets_published=2i,impressions_gained=4321i';
  lines.push(`${daily(12, 'jack_renamed')} ${gains} ${midnightMs - dayMs}`);
  return lines;
}

/** What must be shown as it stands. */
export const hostileDetail = '<img src=x onerror=document.title=1> & <b>bold</b>';
