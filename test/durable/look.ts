import { booksOf, linesOn } from '../week/books.ts';
import { rowsOf } from '../week/rows.ts';
import { countRecords } from './kafka/server.ts';
import type { Owner } from './owner.ts';
import {
  type Deliveries,
  type Points,
  type SentTick,
  type StoredPoint,
  tallyDeliveries,
  tallyPoints,
} from './tally.ts';
import { brokenId } from './topic.ts';
import { topic, type World } from './world.ts';

/** An owner's ticks, points and money (in micro-dollars) at the end. */
export interface OwnerSeen extends Points {
  readonly app: string;
  readonly accounts: number;
  readonly ticks: number;
  readonly accepted: number;
  /** What one collection a day costs, what X has billed, and what the ledger says. */
  readonly collection: number;
  readonly bill: number;
  readonly settled: number;
  readonly held: number;
}

/** Everything that can be seen at the end. */
export interface Seen {
  readonly owners: readonly OwnerSeen[];
  readonly records: number;
  readonly waiting: number;
  readonly deliveries: Deliveries;
  /** Dead letters by id and code, but for the one that was sent broken, and whether that one came. */
  readonly letters: readonly string[];
  readonly hasBrokenLetter: boolean;
}

const userPrice = 10_000;

/** Reads the store, X's bill, the topic and the dead letters. */
export async function look(world: World, sent: ReadonlyMap<string, readonly SentTick[]>): Promise<Seen> {
  const owners: OwnerSeen[] = [];
  const stored = await pointsOf(world);
  for (const owner of world.owners) owners.push(await lookAtOwner(world, owner, sent.get(owner.app) ?? [], stored));
  const letters = world.letters.map((headers) => ({
    id: String(headers['ce-id']),
    code: String(headers['ce-knativeerrorcode']),
  }));
  const isBroken = ({ id, code }: { id: string; code: string }): boolean => id === brokenId && code === '400';
  return {
    owners,
    ...(await countRecords(world.kafka.address, topic)),
    deliveries: tallyDeliveries(world.lines),
    letters: letters.filter((letter) => !isBroken(letter)).map(({ id, code }) => `${id} ${code}`),
    hasBrokenLetter: letters.some(isBroken),
  };
}

async function pointsOf({ influxd }: World): Promise<StoredPoint[]> {
  const rows = await rowsOf(influxd, 'SELECT "followers_count", "username" FROM "twitter_user"');
  return rows.map(({ time, username, followers_count: count }) => ({
    time: Date.parse(String(time)),
    username: String(username),
    count: Number(count),
  }));
}

async function lookAtOwner(
  { x, influxd }: World,
  { app, accounts }: Owner,
  ticks: readonly SentTick[],
  stored: readonly StoredPoint[],
): Promise<OwnerSeen> {
  const own = stored.filter(({ username }) => username.startsWith(`${app}_`));
  // More than one where the test ran over midnight.
  const days = [...x.bill.keys()];
  const ids = new Set(accounts.map(({ id }) => `user:${id}`));
  const books = await Promise.all(days.map(async (day) => booksOf(await linesOn(influxd, day, app))));
  const bills = days.map((day) => [...(x.bill.get(day) ?? [])].filter(([id]) => ids.has(id)).map(([, price]) => price));
  return {
    app,
    accounts: accounts.length,
    ticks: ticks.length,
    accepted: ticks.filter(({ isAccepted }) => isAccepted).length,
    ...tallyPoints(
      accounts.map(({ username }) => username),
      ticks,
      own,
    ),
    collection: days.length * accounts.length * userPrice,
    bill: sumOf(bills.flat()),
    settled: sumOf(books.map(({ settled }) => settled)),
    held: sumOf(books.map(({ held }) => held)),
  };
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
