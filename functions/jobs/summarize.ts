import type { Config } from '../config.ts';
import { type Account, selectAccounts } from '../config/accounts.ts';
import { remainingMs } from '../deadline.ts';
import { RunError } from '../failure.ts';
import type { SummarySpan } from '../insights/history.ts';
import { addDays, dayMs, localDateOf, localDaysFrom } from '../insights/local-day.ts';
import { daysNeededBefore, summarizeHistory } from '../insights/summary.ts';
import { type Job, type JobRequest, parseDay, parseStrings, parseWhole } from '../run/job.ts';
import { note, type Part, type Run, runPart } from '../run/run.ts';
import { allEnded, inSlot, openSlots } from '../slots.ts';
import { type KnownAccounts, readAccounts, readHistory } from '../store/history.ts';
import { flushResults, putResults } from '../store/writer.ts';

/** Write the daily summary of days that are over. */
export interface SummarizeRequest extends JobRequest {
  /** The first day, `YYYY-MM-DD` in TIMEZONE; without it the days before today. */
  readonly from: string | undefined;
  /** How many days; without it two, or as many as there are since `from`. */
  readonly days: number | undefined;
  /** Narrows the run to some of the configured accounts. */
  readonly wanted: readonly Account[] | undefined;
}

/** The most days that one request summarises. */
export const maxDays = 400;

/**
 * Writes the daily summary of every account with stored profiles, or of some configured ones: what a day brought, what
 * came of the posts, and how both go together. X is not asked. The same days can be written again at any time.
 */
export const summarize: Job<SummarizeRequest> = {
  name: 'summarize',
  parse(data, watched) {
    const users = parseStrings(data, 'users');
    const days = parseWhole(data, 'days', maxDays);
    const wanted = users === undefined ? undefined : selectAccounts(watched, users);
    return { from: parseDay(data, 'from'), days, wanted };
  },
  plan: () => [],
  async work(run, request) {
    const { config } = run.instance;
    const now = Math.min(run.tick.time, Date.now());
    const span = spanOf(config, request, now);
    run.note = noteOn(span, request, now, config.timezone);
    if (span !== undefined) await runPart(run, 'summarize', 0, (part) => summarizeAccounts(run, part, span, request));
  },
};

/** What has to be said of the days: that none is over, or that there are more of them than one request takes. */
function noteOn(span: SummarySpan | undefined, { days }: SummarizeRequest, now: number, timezone: string) {
  if (span === undefined) return `nothing was summarised: none of the days is over in ${timezone}`;
  const today = localDateOf(now, timezone);
  const next = addDays(span.days.at(-1)?.date ?? today, 1);
  if (days !== undefined || next === today) return undefined;
  return `only ${maxDays} days were summarised, the most that one request takes: go on with "from":"${next}"`;
}

/** Those of the days asked for that were over at `now`, after the days they rest on; `undefined` without any. */
function spanOf(config: Config, { from, days: asked }: SummarizeRequest, now: number): SummarySpan | undefined {
  const today = localDateOf(now, config.timezone);
  const first = from ?? addDays(today, -(asked ?? 2));
  const finished = Math.round((Date.parse(today) - Date.parse(first)) / dayMs);
  const count = Math.min(finished, asked ?? maxDays);
  if (count < 1) return undefined;
  const days = localDaysFrom(addDays(first, -daysNeededBefore), daysNeededBefore + count, config.timezone);
  // A post's longest window of seven days, and an hour for the value that ends it.
  const until = Math.min(now, (days.at(-1)?.end ?? now) + 7 * dayMs + 3_600_000);
  return { days, first: daysNeededBefore, until, followedMs: config.tweetDays * dayMs };
}

async function summarizeAccounts(run: Run, part: Part, span: SummarySpan, request: SummarizeRequest): Promise<void> {
  const reading = { store: run.instance.store, span, deadline: run.deadline };
  // InfluxDB reads for one while another's answer is taken apart; each holds one account's history in memory.
  const slots = openSlots(2);
  let read = 0;
  try {
    const userIds = selectIds(run, await readAccounts(reading), request);
    part.accounts = userIds.length;
    const work = userIds.map((userId) =>
      inSlot(slots, async () => {
        if (run.writer.failed.length > 0) return; // what was read could not be stored
        const points = summarizeHistory(await readHistory({ ...reading, userId }), span);
        read += 1;
        if (points.length > 0) part.served += 1;
        putResults(run.writer, part.name, points);
        await flushResults(run.writer);
      }),
    );
    await allEnded(work);
  } catch (error) {
    if (!(error instanceof RunError) || remainingMs(run.deadline) > 0) throw error;
    const advice = 'ask for fewer days, for some "users" at a time, or raise RUN_TIMEOUT_SECONDS';
    const done = `${read} of ${part.accounts} accounts, whose summaries are stored`;
    note(run, part.name, { reason: 'timeout', detail: `the run had to end after ${done}: ${advice}` });
  }
}

/** The ids of the stored accounts, or of the wanted ones of them, by their id or by who had their name last. */
function selectIds(run: Run, known: KnownAccounts, { wanted }: SummarizeRequest): readonly string[] {
  if (wanted === undefined) return [...known.keys()];
  return wanted.flatMap(({ key, spelling, id }) => {
    const hasName = (userId: string): boolean => known.get(userId)?.some((name) => name.toLowerCase() === key) === true;
    const found = [...known.keys()].findLast((userId) => (id === undefined ? hasName(userId) : userId === id));
    if (found !== undefined) return found;
    const detail = 'nothing is stored of it in these days or the weeks before them: it was not summarised';
    note(run, 'summarize', { account: spelling, reason: 'no_numbers', detail });
    return [];
  });
}
