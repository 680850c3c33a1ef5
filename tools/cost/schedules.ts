import type { Account } from '../../functions/config/accounts.ts';
import { BadRequest } from '../../functions/failure.ts';
import { collect, type CollectRequest } from '../../functions/jobs/collect.ts';
import { JOBS } from '../../functions/jobs/index.ts';
import { findJob } from '../../functions/run/job.ts';
import { UsageError } from '../../local/runner/options.ts';
import { type PingSource, readPingSources } from '../../local/scheduler/manifests.ts';

/** A PingSource: what it asks for, and how often. */
export interface Schedule {
  readonly name: string;
  readonly cron: string;
  readonly job: string;
  /** What it asks X for, unless its job is another one. */
  readonly collects: CollectRequest | undefined;
  /** Ticks on the busiest UTC day. */
  readonly ticksPerDay: number;
  /** Ticks in the busiest 15 minutes, the window of X's rate limits. */
  readonly ticksPerWindow: number;
  /** Days of the 30 on which there are ticks. */
  readonly daysPerMonth: number;
}

const dayMs = 86_400_000;
const windowMs = 900_000;
/** Any month would do; this one begins on a Sunday. */
const fromMs = Date.parse('2026-11-01T00:00:00Z');
const days = 30;

/**
 * The PingSources of a folder, for these accounts. Throws a `UsageError` that names folder or source where they cannot be
 * understood, or ask for an account that is not configured.
 */
export async function readSchedules(folder: string, accounts: readonly Account[]): Promise<Schedule[]> {
  const sources = await readPingSources(folder).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`The schedules in ${folder} cannot be read (${why}): name their folder with --schedules.`);
  });
  if (sources.length > 0) return sources.map((source) => toSchedule(source, accounts));
  throw new UsageError(`There is no PingSource in ${folder}: name the folder of the schedules with --schedules.`);
}

function toSchedule(source: PingSource, accounts: readonly Account[]): Schedule {
  const ticks = listTicks(source);
  const perDay = new Map<number, number>();
  for (const tick of ticks) {
    const day = Math.floor(tick / dayMs);
    perDay.set(day, (perDay.get(day) ?? 0) + 1);
  }
  return {
    name: source.name,
    cron: source.schedule.text,
    ...readJob(source, accounts),
    ticksPerDay: Math.max(0, ...perDay.values()),
    ticksPerWindow: countInBusiestWindow(ticks),
    daysPerMonth: perDay.size,
  };
}

function readJob({ name, data }: PingSource, accounts: readonly Account[]): Pick<Schedule, 'job' | 'collects'> {
  try {
    const wanted = findJob(JOBS, data === undefined ? undefined : JSON.parse(data.toString()));
    if (wanted.job === collect) return { job: collect.name, collects: collect.parse(wanted.data, accounts) };
    wanted.job.parse(wanted.data, accounts);
    return { job: wanted.job.name, collects: undefined };
  } catch (error) {
    if (!(error instanceof BadRequest) && !(error instanceof SyntaxError)) throw error;
    throw new UsageError(`The function would refuse what the PingSource ${name} sends: ${error.message}`);
  }
}

function listTicks({ schedule }: PingSource): number[] {
  const ticks: number[] = [];
  const next = (after: number): number => schedule.nextMs(after) ?? Infinity;
  for (let tick = next(fromMs - 1); tick < fromMs + days * dayMs; tick = next(tick)) ticks.push(tick);
  return ticks;
}

function countInBusiestWindow(ticks: readonly number[]): number {
  let first = 0;
  let max = 0;
  ticks.forEach((tick, index) => {
    while (tick - (ticks[first] ?? tick) >= windowMs) first += 1;
    max = Math.max(max, index - first + 1);
  });
  return max;
}
