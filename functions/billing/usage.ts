import { RunError } from '../failure.ts';
import { isRecord } from '../json.ts';
import { type Day, dayOf, startOfDay } from './day.ts';

/** How many posts were read on a finished UTC day, by X's word and by the ledger's. */
export interface DayUsage {
  readonly day: Day;
  /** `undefined` when X says nothing of the day. */
  readonly x: number | undefined;
  readonly ledger: number;
}

const dayMs = 86_400_000;
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
  const data = isRecord(body) ? body['data'] : undefined;
  const project = isRecord(data) ? data['daily_project_usage'] : undefined;
  const usage = isRecord(project) ? project['usage'] : undefined;
  if (!Array.isArray(usage)) throw badAnswer('no list of days in data.daily_project_usage.usage');
  return new Map(usage.map(toDay));
}

/** A sentence with the arithmetic where the two counts of a day differ too much, else `undefined`. */
export function explainDifference({ day, x, ledger }: DayUsage): string | undefined {
  if (x === undefined) return undefined;
  const difference = Math.abs(x - ledger);
  if (difference * 100 <= ledger * toleratedPercent) return undefined;
  const apart = ledger === 0 ? '' : `: ${((difference / ledger) * 100).toFixed(1)} % apart`;
  const posts = `${formatCount(x)} ${x === 1 ? 'post' : 'posts'}`;
  return `${day}: X counts ${posts}, the ledger ${formatCount(ledger)}${apart}; ${x > ledger ? adviceForMore : adviceForFewer}`;
}

const adviceForMore =
  "X counts all apps of the project: if no other reads posts, look in twitter_ledger for lines of that day still reserved, and in X's console for the bill";
const adviceForFewer =
  "X counts all apps of the project and may still be counting: if it stays so, compare with the bill in X's console; the budget was kept on the safe side";

function toDay(entry: unknown): [Day, number] {
  const { date, usage } = isRecord(entry) ? entry : {};
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
  return new RunError('bad_answer', `X answered 200 with ${what} where its own count of posts was expected`, {
    retryable: true,
  });
}
