import { booksOf, linesOn } from '../week/books.ts';
import { billOn } from '../support/billing-x.ts';
import type { Influxd } from '../support/influxd.ts';
import { type Cell, hasStruck, isFree, mend, needsDoors, strike } from './cells.ts';
import { findSecrets } from './secrets.ts';
import { accountsCount, peakMemoryMiB, postsPerAccount, runTimeoutSeconds, startWorld, type World } from './world.ts';

/** What came of it: what is wrong, if anything is, and what was seen. */
export interface CellResult {
  readonly cell: string;
  readonly problems: readonly string[];
  /** Whether the fault happened at all. */
  readonly isStruck: boolean;
  readonly seen: Readonly<Record<string, number | string>>;
}

/** What one event may cost in requests, whatever happens: of X each account once or twice, of InfluxDB every 100 ms. */
const maxRequests = { x: 40, store: 60 } as const;
const maxMemoryMiB = 256;
const maxAttempts = 3;
const budgetMicroUsd = 1_000_000;

/** Plays one cell on a function of its own: a tick with the fault, and the next one without it. */
export async function playCell(cell: Cell, influxd: Influxd, number: number): Promise<CellResult> {
  const world = await startWorld({ influxd, number, hasDoors: needsDoors(cell) });
  const problems: string[] = [];
  let isStruck = false;
  const seen: Record<string, number | string> = {};
  const check = (isRight: boolean, what: string): void => {
    if (!isRight) problems.push(what);
  };
  try {
    strike(cell, world);
    const struck = await tick(world);
    Object.assign(seen, {
      status: struck.status,
      ms: struck.durationMs,
      x: world.xGate.seen.length,
      store: world.storeGate.seen.length,
      body: struck.body.slice(0, 160),
    });
    isStruck = hasStruck(cell, world);
    check(isStruck, 'the fault never struck');
    check([204, 422, 503].includes(struck.status), `status ${struck.status}`);
    check(struck.durationMs <= runTimeoutSeconds * 1000 + 1000, `answered after ${struck.durationMs} ms`);
    check(world.xGate.seen.length <= maxRequests.x, `X was asked ${world.xGate.seen.length} times`);
    check(world.storeGate.seen.length <= maxRequests.store, `InfluxDB was asked ${world.storeGate.seen.length} times`);
    mend(cell, world);
    if (struck.status === 204) await checkStored(cell, world, struck.time, check);
    checkWay(cell, world, struck.status, check);
    await checkReason(cell, world, check);
    await checkBooks(world, check, seen);
    check(!isFree(cell) || seen['held'] === 0, `${seen['held']} stay held, though X charged nothing`);
    await checkNextTick(world, check, seen);
    await checkBooks(world, check, seen);
    const mebibytes = Math.round(peakMemoryMiB(world.fn.pid));
    seen['MiB'] = mebibytes;
    check(mebibytes <= maxMemoryMiB, `used ${mebibytes} MiB`);
    problems.push(
      ...findSecrets(world, world.fn.output(), 'the log'),
      ...findSecrets(world, struck.body, 'the answer'),
    );
  } finally {
    await world.close();
  }
  return { cell: cell.name, problems, isStruck, seen };
}

interface Ticked {
  readonly status: number;
  readonly durationMs: number;
  readonly body: string;
  readonly time: number;
}

async function tick(world: World, data: object = {}): Promise<Ticked> {
  const [time, startedAt] = [world.nextTime(), Date.now()];
  const response = await world.fn.postEvent(
    { collectors: ['user', 'tweet'], ...data },
    { 'ce-time': new Date(time).toISOString() },
  );
  const body = await response.text();
  return { status: response.status, durationMs: Date.now() - startedAt, body, time };
}

type Check = (isRight: boolean, what: string) => void;

/** After a 204 all is stored; of posts, what X would show. */
async function checkStored({ neighbour }: Cell, world: World, time: number, check: Check): Promise<void> {
  const profiles = await countStored(world, time);
  check(profiles === accountsCount, `answered 204 with ${profiles} profiles stored`);
  const [posts, all] = [await countStored(world, time, 'twitter_tweet'), accountsCount * postsPerAccount];
  check(neighbour === 'x' || posts === all, `answered 204 with ${posts} posts stored`);
}

/** While the way leads nowhere the event has to come again, and a stranger is told nothing. */
function checkWay({ neighbour, fault, isOnce }: Cell, { doors }: World, status: number, check: Check): void {
  if (!('spoils' in fault)) return;
  check(isOnce || status === 503, `status ${status}, though nobody could be reached`);
  const heard = doors?.[neighbour].stranger.heard.length ?? 0;
  check(heard === 0, `${heard} bytes were sent to the one who showed the wrong certificate`);
}

/** What a fault that lasts has to be called. */
async function checkReason({ fault, isOnce }: Cell, { influxd, app }: World, check: Check): Promise<void> {
  if (fault.reason === undefined || isOnce) return;
  const rows = await influxd.query(
    `SELECT "count" FROM "twitter_collector_failure" WHERE "app" = '${app}' AND "reason" = '${fault.reason}'`,
  );
  check(JSON.stringify(rows).includes('"values"'), `no failure point says ${fault.reason}`);
}

/** The bill is within what the ledger holds and has settled, and within the budget. */
async function checkBooks(
  { x, influxd, app }: World,
  check: Check,
  seen: Record<string, number | string>,
): Promise<void> {
  const day = new Date().toISOString().slice(0, 10);
  const bill = billOn(x, day);
  const { settled, held } = booksOf(await linesOn(influxd, day, app));
  Object.assign(seen, { bill, settled, held });
  check(bill <= settled + held, `the bill of ${bill} is above ${settled} settled and ${held} held`);
  check(bill <= budgetMicroUsd, `the bill of ${bill} is above the budget`);
}

/** The next tick asks in spite of a latch, and brings every account. */
async function checkNextTick(world: World, check: Check, seen: Record<string, number | string>): Promise<void> {
  let next = await tick(world, { probe: true });
  // A rate limit, a doubt that one answer ends, or a machine that is too busy.
  for (let attempt = 1; attempt < maxAttempts && next.status === 503; attempt += 1)
    next = await tick(world, { probe: true });
  seen['next'] = next.status;
  check(next.status === 204, `the next tick was answered ${next.status}: ${next.body.slice(0, 200)}`);
  const stored = await countStored(world, next.time);
  check(stored === accountsCount, `the next tick stored ${stored} accounts`);
}

/** How many points the tick of that time left of its own accounts. */
async function countStored(
  { x, influxd }: World,
  time: number,
  measurement: 'twitter_user' | 'twitter_tweet' = 'twitter_user',
): Promise<number> {
  const field = measurement === 'twitter_user' ? 'followers_count' : 'like_count';
  const rows = await influxd.query(`SELECT "${field}", "username" FROM "${measurement}" WHERE time = ${time}ms`);
  const names = new Set(x.accounts.map(({ username }) => username));
  return (
    JSON.stringify(rows)
      .match(/w\d+_\d+/g)
      ?.filter((name) => names.has(name)).length ?? 0
  );
}
