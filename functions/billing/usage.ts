import { RunError } from '../failure.ts';
import { type Day, dayMs, dayOf, startOfDay } from './day.ts';

/** How many posts were read on a finished UTC day, by X's word and by the ledger's. */
export interface DayUsage {
  readonly day: Day;
  /** `undefined` when X says nothing of the day. */
  readonly x: number | undefined;
  readonly ledger: number;
  /** Without posts at the owner's price: X has been seen to leave those out of its count. */
  readonly ledgerWithoutOwned: number;
}

/** X deduplicates by best effort, and its clock is not ours. */
const toleratedPercent = 1;

/** The last `count` UTC days that were over at `now` (Unix milliseconds), the newest first. */
export function finishedDays(now: number, count: number): readonly Day[] {
  return Array.from({ length: count }, (_, index) => dayOf(startOfDay(now) - (index + 1) * dayMs));
}

/**
 * Posts by UTC day in the body of `GET /2/usage/tweets` with `daily_project_usage`: an object with a list, its numbers
 * written as strings. Throws a `RunError` (`bad_answer`) for another shape.
 */
export function parseUsage(body: unknown): ReadonlyMap<Day, number> {
  const { data } = (body ?? {}) as { data?: { daily_project_usage?: { usage?: unknown } | null } | null };
  const usage = data?.daily_project_usage?.usage;
  if (!Array.isArray(usage)) throw badAnswer('no list of days in data.daily_project_usage.usage');
  return new Map(usage.map(toDay));
}

/** A sentence with the arithmetic where X's count of a day is neither of the ledger's two, else `undefined`. */
export function explainDifference({ day, x, ledger, ledgerWithoutOwned }: DayUsage): string | undefined {
  if (x === undefined || isClose(x, ledger) || isClose(x, ledgerWithoutOwned)) return undefined;
  const apart = ledger === 0 ? '' : `: ${((Math.abs(x - ledger) / ledger) * 100).toFixed(1)} % apart`;
  const without = ledgerWithoutOwned === ledger ? '' : `, ${formatCount(ledgerWithoutOwned)} without own posts`;
  const posts = `${formatCount(x)} ${x === 1 ? 'post' : 'posts'}`;
  return `${day}: X counts ${posts}, the ledger ${formatCount(ledger)}${without}${apart}; ${x > ledger ? adviceForMore : adviceForFewer}`;
}

function isClose(x: number, ledger: number): boolean {
  return Math.abs(x - ledger) * 100 <= ledger * toleratedPercent;
}

const adviceForMore =
  "X counts all apps of the project: if no other reads posts, look in twitter_ledger for lines of that day still reserved, and in X's console for the bill";
const adviceForFewer =
  "X counts all apps of the project and may still be counting: if it stays so, compare with the bill in X's console; the budget was kept on the safe side";

function toDay(entry: unknown): [Day, number] {
  const { date, usage } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  const time = typeof date === 'string' ? Date.parse(date) : NaN;
  const posts = typeof usage === 'string' && /^\d{1,15}$/.test(usage) ? Number(usage) : usage;
  if (Number.isNaN(time) || typeof posts !== 'number' || !Number.isSafeInteger(posts) || posts < 0) {
    throw badAnswer('a day without a date or a count');
  }
  return [dayOf(time), posts];
}

function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

function badAnswer(what: string): RunError {
  const detail = `X answered 200 with ${what} where its own count of posts was expected`;
  return new RunError({ reason: 'bad_answer', detail });
}
