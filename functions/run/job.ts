import type { CollectorPlan, Identity } from '../collectors/collector.ts';
import type { Config } from '../config.ts';
import type { Account } from '../config/accounts.ts';
import { BadRequest } from '../failure.ts';
import type { Run } from './run.ts';

/** The keys of an event's data or of a request's body. */
export type JobData = Readonly<Record<string, unknown>>;

/** What every job's request tells the frame of a run. */
export interface JobRequest {
  /** The accounts it is about; without it the parts of the run tell how many they were about. */
  readonly selected?: readonly Account[];
  /** Asks X in spite of a latch, once. */
  readonly probe?: boolean;
  /** Whether the work must know the names and ids of all accounts before it asks X, and not just of those new today. */
  readonly needsIdentities?: boolean;
}

/** Who X said the accounts are, by key. */
type Identities = ReadonlyMap<string, Identity>;
type JobPlan = CollectorPlan & { readonly collector: string };

/** Something an event can ask for. */
export interface Job<R extends JobRequest = JobRequest> {
  readonly name: string;
  /** The request in the data; unknown keys are ignored. Throws a `BadRequest`. */
  parse(data: JobData, watched: readonly Account[]): R;
  /** The accounts whose turn it is at `time` (Unix milliseconds): X is asked about no others. Without it, about none. */
  due?(request: R, config: Config, time: number): readonly Account[];
  /** What it would ask X at `time`, and what that could cost at most. */
  plan(request: R, config: Config, time: number, known: Identities): readonly JobPlan[];
  /** The work itself, once the store is known to take its results. */
  work(run: Run, request: R): Promise<void>;
}

/** The job that an event's data or a request's body names, the first where it names none. Throws a `BadRequest`. */
export function findJob(jobs: readonly Job[], body: unknown): { readonly job: Job; readonly data: JobData } {
  const data = body ?? {};
  if (typeof data !== 'object' || Array.isArray(data)) {
    throw new BadRequest('the data is not a JSON object such as {"job":"collect"}');
  }
  if (jobs[0] === undefined) throw new BadRequest('this deployment answers record events alone (JOBS)');
  const name = (data as JobData)['job'] ?? jobs[0].name;
  const job = jobs.find((known) => known.name === name);
  if (job !== undefined) return { job, data: data as JobData };
  const known = jobs.map((each) => each.name).join(', ');
  throw new BadRequest(`unknown job ${JSON.stringify(name).slice(0, 60)}: this version knows ${known}`);
}

/** A list of strings under a key, `undefined` where it is not given. Throws a `BadRequest`. */
export function parseStrings(data: JobData, key: string): readonly string[] | undefined {
  const value = data[key] ?? undefined;
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.length > 0 && value.every((entry) => typeof entry === 'string')) return value;
  throw new BadRequest(`"${key}" is not a list of strings with at least one entry`);
}

/** A whole number from 1 to `max` under a key, `undefined` where it is not given. Throws a `BadRequest`. */
export function parseWhole(data: JobData, key: string, max: number): number | undefined {
  const value = data[key] ?? undefined;
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new BadRequest(`"${key}" is not a whole number from 1 to ${max}`);
}

/** A truth value under a key, false where it is not given. Throws a `BadRequest`. */
export function parseBoolean(data: JobData, key: string): boolean {
  const value = data[key] ?? false;
  if (typeof value === 'boolean') return value;
  throw new BadRequest(`"${key}" is neither true nor false`);
}

/** A day such as `2026-01-31` under a key, `undefined` where it is not given. Throws a `BadRequest`. */
export function parseDay(data: JobData, key: string): string | undefined {
  const value = data[key] ?? undefined;
  if (value === undefined || (typeof value === 'string' && isDay(value))) return value;
  throw new BadRequest(`"${key}" is not a day such as "2026-01-31"`);
}

/** Whether a text is a date, `YYYY-MM-DD`, in the years InfluxDB knows; `Date.parse` alone takes 30 February for 2 March. */
export function isDay(date: string): boolean {
  const isKnown = date >= '1678' && date < '2262';
  const time = isKnown && /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(date) : NaN;
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}
