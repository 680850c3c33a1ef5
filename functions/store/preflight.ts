import { type Book, openBook, type Terms } from '../billing/book.ts';
import { type Day, dayMs, daysTouched } from '../billing/day.ts';
import { isSet, type Latch, type Latches } from '../billing/latch.ts';
import type { Identity } from '../collectors/collector.ts';
import { type Account, isXId } from '../config/accounts.ts';
import { type Deadline, pause } from '../deadline.ts';
import { REASONS, type RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import { queryStore, type Store } from './influxdb.ts';
import { enterRows, lacksField, ledgerQuestion, linesPerPage } from './ledger.ts';
import { notAllowed, refused, type Row, type Rows, timeOf, unavailable } from './rows.ts';

/** What the store knows that a run must know before it pays. */
export interface Known {
  /** A book for each day the run can touch. */
  readonly books: ReadonlyMap<Day, Book>;
  /** The newest state of each latch, cleared ones among them. */
  readonly latches: readonly Latch[];
  /** Who X said the accounts are, by key; empty unless asked for. */
  readonly identities: Map<string, Identity>;
  /** Why all of it is not known: InfluxDB is away, and the run does without. */
  readonly away?: RunError;
}

/** How far back latches, which last 40 days where X names no end, and the ids of accounts are looked for. */
const memoryMs = 40 * dayMs;
const seriesPerPage = 20_000;
/** As many accounts as a URL takes. */
const maxNamed = 20;
/** A ledger with more does not fit into the memory of a pod. 100,000 profiles have 300,000, as many posts 100,000. */
export const maxNames = 1_500_000;
const tooLong = `twitter_ledger has more than ${maxNames} names and ids of today: nothing is bought, since so many do not fit into the memory of a pod`;
/** The last second a date can have. */
const maxUntil = 8_640_000_000_000;
/** As X makes names, those of before 15 characters were the limit included. */
const usernamePattern = /^[A-Za-z0-9_]{1,50}$/;
/** After how long lines that lack a field are looked at again. */
const againMs = [100, 200, 400];

/** Reads what a run of up to `runMs` must know, with who the strangers are, in one request. Throws a `RunError`: then nothing may be bought. */
export async function readKnown(
  store: Store,
  app: string,
  terms: Terms,
  { runMs, strangers }: { readonly runMs: number; readonly strangers: readonly Account[] },
  deadline: Deadline,
): Promise<Known> {
  const now = Date.now();
  const days = daysTouched(now, now + runMs);
  const since = `time >= ${now - memoryMs}ms`;
  const identityPage = (page: number): string =>
    `${identityQuestion(`${since}${among(strangers)}`)} SLIMIT ${seriesPerPage} SOFFSET ${page * seriesPerPage}`;
  const questions = [ledgerQuestion(app, days, 0), latchQuestion(app, since)];
  if (strangers.length > 0) questions.push(identityPage(0));
  const [lines = [], latches = [], seen = []] = await queryStore(store, questions, deadline);

  const ask = async (question: string): Promise<Rows> => (await queryStore(store, [question], deadline))[0] ?? [];
  const askLines = (page: number): Promise<Rows> => ask(ledgerQuestion(app, days, page));
  const books = new Map(days.map((day) => [day, openBook(terms)]));
  let names = 0;
  for await (const { rows, page } of pagesOf(lines, linesPerPage, askLines)) {
    names += enterRows(books, await wholeLines(rows, deadline, () => askLines(page)), app);
    if (names > maxNames) throw refused(tooLong);
  }
  const identities = new Map<string, Seen>();
  for await (const { rows } of pagesOf(seen, seriesPerPage, (page) => ask(identityPage(page)))) {
    for (const row of rows) enterIdentity(identities, row);
  }
  return { books, latches: latches.map((row) => latchOf(row, app)), identities };
}

/** The first page and those after it: one that is not full is the last. */
async function* pagesOf(first: Rows, size: number, ask: (page: number) => Promise<Rows>) {
  for (let [page, rows] = [0, first]; ; rows = await ask(page)) {
    if (rows.length > size) throw unavailable('the answer to a query has more rows than were asked for');
    yield { page, rows };
    if (rows.length < size) return;
    page += 1;
  }
}

/** Reads lines again that another process is just writing: InfluxDB 1.x shows them without some of their fields. */
async function wholeLines(first: Rows, deadline: Deadline, readAgain: () => Promise<Rows>): Promise<Rows> {
  let lines = first;
  for (const wait of againMs) {
    if (!lines.some(lacksField)) break;
    await pause(deadline, wait);
    lines = await readAgain();
  }
  return lines;
}

/** A latch as a point: `until` in Unix seconds, 0 where it is cleared. */
export function latchPoint(app: string, { reason, until, askedAt }: Latch): Point {
  const fields = { until: Math.ceil(until / 1000) };
  return { measurement: 'twitter_latch', tags: { app, reason }, fields, time: askedAt };
}

function latchQuestion(app: string, range: string): string {
  return `SELECT last("until") AS "until" FROM "twitter_latch" WHERE "app" = '${app}' AND ${range} GROUP BY "reason"`;
}

function latchOf(row: Row, app: string): Latch {
  const reason = REASONS.find((known) => known === row.tags['reason']);
  const { until } = row.columns;
  const isTime = typeof until === 'number' && Number.isSafeInteger(until) && until >= 0 && until <= maxUntil;
  if (reason === undefined || !isTime) throw notAllowed(row, app, 'its until is not a time');
  return { reason, until: until * 1000, askedAt: timeOf(row) };
}

/** The latches that stand: of each the newer state, that of the process or the stored one. A write may have failed. */
export function newerLatches(known: Latches, stored: readonly Latch[], now: number): Latches {
  const newestLast = [...known.values(), ...stored].sort((a, b) => a.askedAt - b.askedAt);
  const newest = new Map(newestLast.map((latch) => [latch.reason, latch]));
  return new Map([...newest].filter(([, latch]) => isSet(latch, now)));
}

/** When each account was last seen, by its id and name. */
export function identityQuestion(range: string): string {
  return `SELECT last("followers_count") FROM "twitter_user" WHERE ${range} GROUP BY "user_id", "username"`;
}

/** The condition for the names and ids of a few accounts; of many the question is for all that are stored. */
function among(accounts: readonly Account[]): string {
  if (accounts.length > maxNamed) return '';
  const inAnyCase = (name: string): string => name.replace(/[a-z]/gi, (c) => `[${c.toLowerCase()}${c.toUpperCase()}]`);
  const names = accounts.flatMap(({ username }) => (username === undefined ? [] : inAnyCase(username)));
  const ids = accounts.flatMap(({ id }) => id ?? []);
  const conditions = Object.entries({ username: names, user_id: ids }).flatMap(([tag, values]) =>
    values.length > 0 ? `"${tag}" =~ /^(${values.join('|')})$/` : [],
  );
  return ` AND (${conditions.join(' OR ')})`;
}

/** Who an account is, and when it was so. */
interface Seen extends Identity {
  readonly time: number;
}

/** A name is that of the account seen under it last. What cannot be X's (old names are longer) gets into no path. */
function enterIdentity(identities: Map<string, Seen>, row: Row): void {
  const { user_id: id, username = '' } = row.tags;
  if (!isXId(id) || !usernamePattern.test(username)) return;
  const seen = { id, username, time: timeOf(row) };
  for (const key of [username.toLowerCase(), `id:${id}`]) {
    if ((identities.get(key)?.time ?? -Infinity) <= seen.time) identities.set(key, seen);
  }
}
