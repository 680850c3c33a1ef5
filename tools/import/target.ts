import { connectStore } from '../../functions/adapters/influxdb.ts';
import type { StoreAccess } from '../../functions/config/credentials.ts';
import { startDeadline } from '../../functions/deadline.ts';
import type { Measurement } from '../../functions/measurement.ts';
import { FIELD_OF, type Fields } from './convert.ts';
import type { KnownAccount } from './identities.ts';
import { between, quoteText, windowsOf } from './influxql.ts';
import { rethrowAs } from './side-error.ts';
import type { Ask } from './source.ts';
import type { Counts } from './tally.ts';

/** The product's own InfluxDB. Both throw a `RunError`. */
export interface Target {
  readonly ask: Ask;
  /** Resolves once every point has been acknowledged. */
  readonly write: (measurements: readonly Measurement[]) => Promise<void>;
}

const queryMs = 10_000;
const writeMs = 60_000;
const rowsPerAnswer = 10_000;
const fields = Object.values(FIELD_OF);

/** The store as the function itself reaches it. */
export function openTarget(access: StoreAccess): Target {
  const store = connectStore(access);
  return {
    ask: (statement) => store.query(statement, startDeadline(queryMs)).catch(rethrowAs('The target', adviseOn)),
    write: (measurements) => store.write(measurements, startDeadline(writeMs)).catch(rethrowAs('The target', adviseOn)),
  };
}

/** Who was seen under which name, and when last. */
export async function listKnownAccounts(ask: Ask): Promise<KnownAccount[]> {
  const rows = await ask('SELECT last("followers_count") FROM "twitter_user" GROUP BY "user_id", "username"');
  return rows.map(({ tags, columns }) => ({
    userId: tags['user_id'] ?? '',
    username: tags['username'] ?? '',
    lastSeen: Number(columns['time']),
  }));
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
    const rows = await ask(`SELECT ${columns} FROM "twitter_user" WHERE ${where} ORDER BY time LIMIT ${rowsPerAnswer}`);
    for (const { columns } of rows) {
      const time = Number(columns['time']);
      if (times.has(time)) existing.set(time, { ...existing.get(time), ...numbersIn(columns) });
    }
    const end = rows.at(-1)?.columns['time'];
    if (end === undefined) return existing;
    from = Number(end) + 1;
  }
}

/** How many numbers an account has in a span, by field, under whichever name. */
export async function countFields(ask: Ask, userId: string, first: number, last: number): Promise<Counts> {
  const counts: Record<string, number> = {};
  const columns = fields.map((field) => `count("${field}") AS "${field}"`).join(', ');
  for (const window of windowsOf(first, last)) {
    const where = `"user_id" = ${quoteText(userId)} AND ${between(window.first, window.last)}`;
    for (const row of await ask(`SELECT ${columns} FROM "twitter_user" WHERE ${where}`))
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
