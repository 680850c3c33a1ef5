import { isXId } from '../../functions/config/accounts.ts';
import type { StoreAccess } from '../../functions/config/credentials.ts';
import { FIELD_OF, type Fields } from './convert.ts';
import { type Ask, type Database, openDatabase } from './database.ts';
import type { KnownAccount } from './identities.ts';
import { between, quoteText, windowsOf } from './influxql.ts';
import type { Counts } from './tally.ts';

const rowsPerAnswer = 10_000;
const fields = Object.values(FIELD_OF);

/** The product's own InfluxDB: what the function has written is in its default retention policy. */
export function openTarget(access: StoreAccess): Database {
  return openDatabase(access, 'The target', adviseOn);
}

/** Who was seen under which name, and when last. */
export async function listKnownAccounts(ask: Ask): Promise<KnownAccount[]> {
  const [rows = []] = await ask('SELECT last("followers_count") FROM "twitter_user" GROUP BY "user_id", "username"');
  return rows.flatMap(({ tags: { user_id: userId, username = '' }, columns }) =>
    isXId(userId) ? [{ userId, username, lastSeen: Number(columns['time']) }] : [],
  );
}

/** What an account's points hold at some of these moments, under whichever name they were written. */
export async function readExisting(
  ask: Ask,
  userId: string,
  times: ReadonlySet<number>,
): Promise<ReadonlyMap<number, Fields>> {
  const existing = new Map<number, Fields>();
  const last = Math.max(...times);
  const columns = fields.map((field) => `"${field}"`).join(', ');
  for (let from = Math.min(...times); ;) {
    const where = `"user_id" = ${quoteText(userId)} AND ${between(from, last)}`;
    const question = `SELECT ${columns} FROM "twitter_user" WHERE ${where} ORDER BY time LIMIT ${rowsPerAnswer}`;
    const [rows = []] = await ask(question);
    for (const { columns } of rows) {
      const time = Number(columns['time']);
      if (times.has(time)) existing.set(time, { ...existing.get(time), ...numbersIn(columns) });
    }
    if (rows.length < rowsPerAnswer) return existing;
    // There may be more of its last moment.
    from = Math.max(from + 1, Number(rows.at(-1)?.columns['time']));
  }
}

/** How many numbers an account has in a span, by field, under whichever name. */
export async function countFields(ask: Ask, userId: string, first: number, last: number): Promise<Counts> {
  const counts: Record<string, number> = {};
  const columns = fields.map((field) => `count("${field}") AS "${field}"`).join(', ');
  for (const window of windowsOf(first, last)) {
    const where = `"user_id" = ${quoteText(userId)} AND ${between(window.first, window.last)}`;
    const [rows = []] = await ask(`SELECT ${columns} FROM "twitter_user" WHERE ${where}`);
    for (const row of rows)
      for (const [field, count] of Object.entries(numbersIn(row.columns))) counts[field] = (counts[field] ?? 0) + count;
  }
  return counts;
}

/** What only an import meets: numbers from years ago. */
function adviseOn(sentence: string): string {
  if (!/retention/i.test(sentence)) return sentence;
  return `${sentence}. The database keeps nothing as old as this: lengthen its retention, then import again`;
}

function numbersIn(columns: Readonly<Record<string, unknown>>): Fields {
  const known = fields.flatMap((field) => {
    const value = columns[field];
    return typeof value === 'number' ? [[field, value] as const] : [];
  });
  return Object.fromEntries(known);
}
