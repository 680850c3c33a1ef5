import type { Collector } from '../collectors/collector.ts';
import { COLLECTORS } from '../collectors/index.ts';
import { isRecord } from '../json.ts';

/** What an event or a hand-made request asks for, checked. */
export type JobRequest = CollectRequest | SummarizeRequest | ReconcileRequest;

/** Ask X for the statistics of accounts. */
export interface CollectRequest {
  readonly job: 'collect';
  readonly collectors: readonly Collector[];
  /** Narrows the run to some of the configured accounts, spelt in any way that configuration allows. */
  readonly users: readonly string[] | undefined;
  /** The schedule's period. */
  readonly everySeconds: number | undefined;
  /** Asks X in spite of a latch, once. */
  readonly probe: boolean;
}

/** Write the daily summary of days that are over. */
export interface SummarizeRequest {
  readonly job: 'summarize';
  /** The first day, `YYYY-MM-DD` in TIMEZONE; without it the days before today. */
  readonly from: string | undefined;
  /** How many days; without it two, or as many as there are since `from`. */
  readonly days: number | undefined;
  /** Narrows the run to some of the configured accounts. */
  readonly users: readonly string[] | undefined;
}

/** Compare X's own count of posts with the ledger's. */
export interface ReconcileRequest {
  readonly job: 'reconcile';
}

/** A request that cannot be understood: the sender's mistake, answered with 400. */
export class BadRequest extends Error {}

/** The most days that one request summarises. */
export const mostDays = 400;

/** The jobs an event can ask for. */
export const JOBS = ['collect', 'summarize', 'reconcile'] as const satisfies readonly JobRequest['job'][];

/** The job in a JSON body; no body means collect. Unknown keys are ignored. Throws a `BadRequest`. */
export function parseJobRequest(body: unknown): JobRequest {
  const data = body ?? {};
  if (!isRecord(data)) throw new BadRequest('the data is not a JSON object such as {"job":"collect"}');
  const asked = data['job'] ?? 'collect';
  const job = JOBS.find((known) => known === asked);
  if (job === undefined) throw new BadRequest(`unknown job ${quote(asked)}: this version knows ${JOBS.join(', ')}`);
  if (job === 'collect') return parseCollect(data);
  return job === 'summarize' ? parseSummarize(data) : { job };
}

function parseSummarize(data: Readonly<Record<string, unknown>>): SummarizeRequest {
  return {
    job: 'summarize',
    from: parseFrom(data['from']),
    days: parseDays(data['days']),
    users: parseStrings('users', data['users']),
  };
}

function parseFrom(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && isDay(value)) return value;
  throw new BadRequest('"from" is not a day such as "2026-01-31"');
}

/** Whether a text is a date, `YYYY-MM-DD`; `Date.parse` alone takes 30 February for 2 March. */
export function isDay(date: string): boolean {
  const time = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function parseDays(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= mostDays) return value;
  throw new BadRequest(`"days" is not a whole number from 1 to ${mostDays}`);
}

function parseCollect(data: Readonly<Record<string, unknown>>): CollectRequest {
  return {
    job: 'collect',
    collectors: parseCollectors(data['collectors']),
    users: parseStrings('users', data['users']),
    everySeconds: parseEvery(data['every']),
    probe: parseProbe(data['probe']),
  };
}

function parseCollectors(value: unknown): readonly Collector[] {
  const names = parseStrings('collectors', value);
  if (names === undefined) return COLLECTORS.filter(({ byDefault }) => byDefault);
  const known = COLLECTORS.map(({ name }) => name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new BadRequest(`unknown collector ${quote(unknown)}: this version knows ${known.join(', ')}`);
  }
  return COLLECTORS.filter(({ name }) => names.includes(name));
}

function parseStrings(key: string, value: unknown): readonly string[] | undefined {
  if (value === undefined || value === null) return undefined;
  if (!Array.isArray(value) || value.length === 0 || !value.every((entry) => typeof entry === 'string')) {
    throw new BadRequest(`"${key}" is not a list of strings with at least one entry`);
  }
  return value;
}

function parseEvery(value: unknown): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw new BadRequest('"every" is not a number of seconds above 0');
  }
  return value;
}

function parseProbe(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (typeof value !== 'boolean') throw new BadRequest('"probe" is neither true nor false');
  return value;
}

function quote(value: unknown): string {
  return JSON.stringify(value).slice(0, 60);
}
