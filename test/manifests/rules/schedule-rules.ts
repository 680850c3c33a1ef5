import { parseAccount } from '../../../functions/config/accounts.ts';
import { JOBS } from '../../../functions/jobs/index.ts';
import { findJob } from '../../../functions/run/job.ts';
import { type CronSchedule, parseSchedule } from '../../../local/scheduler/cron.ts';
import type { Manifest } from '../../support/yaml.ts';
import { nameOf, type Rendering } from '../render.ts';

/** Ticks that the function would refuse, or whose `every` is not the period of their schedule. */
export function findWrongTicks({ objects }: Rendering): string[] {
  return objects
    .filter(({ kind }) => kind === 'PingSource')
    .flatMap((source) => findTickProblems(source).map((problem) => `${nameOf(source)}: ${problem}`));
}

function findTickProblems(source: Manifest): string[] {
  const { schedule = '* * * * *', timezone, contentType, data } = source['spec'] as Record<string, string>;
  // Without it Knative sends the data untyped.
  if (contentType !== 'application/json') return ['contentType is not application/json'];
  try {
    parseSchedule(schedule, timezone);
    const { name, every } = readTick(data ?? '');
    const periods = findPeriodsSeconds(parseSchedule(schedule.replace(/^(CRON_)?TZ=\S* /, '')));
    if (every === undefined ? name !== 'collect' : periods.length === 1 && periods[0] === every) return [];
    return [`"every" is ${JSON.stringify(every)}, the schedule's period ${periods.join(' or ')} seconds`];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

/** Throws what the function would say; which accounts are configured is nothing that manifests tell. */
function readTick(text: string): { name: string; every: unknown } {
  const { job, data } = findJob(JOBS, JSON.parse(text));
  const users = Array.isArray(data['users']) ? data['users'] : [];
  job.parse(
    data,
    users.flatMap((user) => parseAccount(String(user)) ?? []),
  );
  return { name: job.name, every: data['every'] };
}

/** Over more than a day with an end of February in it; in UTC, where no day is longer than another. */
function findPeriodsSeconds(schedule: CronSchedule): number[] {
  const periods = new Set<number>();
  let run = schedule.nextMs(Date.parse('2026-02-27T00:00:00Z'));
  for (let count = 1; count < 200 && run !== undefined; count += 1) {
    const next = schedule.nextMs(run);
    if (next !== undefined) periods.add((next - run) / 1000);
    run = next;
  }
  return [...periods];
}
