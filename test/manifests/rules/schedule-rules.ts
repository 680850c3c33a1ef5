import { Cron } from 'croner';

import { parseJobRequest } from '../../../functions/jobs/request.ts';
import { isRecord } from '../../../functions/json.ts';
import type { Manifest } from '../../support/yaml.ts';
import { nameOf, type Rendering } from '../render.ts';

/** Ticks that the function would refuse, or whose `every` is not the period of their schedule. */
export function findWrongTicks({ objects }: Rendering): string[] {
  return objects
    .filter(({ kind }) => kind === 'PingSource')
    .flatMap((source) => findTickProblems(source).map((problem) => `${nameOf(source)}: ${problem}`));
}

function findTickProblems(source: Manifest): string[] {
  const { schedule, contentType, data } = source['spec'] as Record<'schedule' | 'contentType' | 'data', string>;
  // Without it Knative sends the data untyped.
  if (contentType !== 'application/json') return ['contentType is not application/json'];
  const tick = parseTick(data);
  if (typeof tick === 'string') return [tick];
  const periods = findPeriodsSeconds(schedule);
  const every = tick['every'];
  const needsEvery = (tick['job'] ?? 'collect') === 'collect';
  if (every === undefined ? !needsEvery : periods.length === 1 && periods[0] === every) return [];
  return [`"every" is ${JSON.stringify(every)}, the schedule's period ${periods.join(' or ')} seconds`];
}

function parseTick(data: string): Record<string, unknown> | string {
  try {
    const tick: unknown = JSON.parse(data);
    parseJobRequest(tick);
    return isRecord(tick) ? tick : 'the data is no object';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Over more than a day with an end of February in it. */
function findPeriodsSeconds(schedule: string): number[] {
  const runs = new Cron(schedule, { timezone: 'UTC' }).nextRuns(200, new Date('2026-02-27T00:00:00Z'));
  const gaps = runs.slice(1).map((run, index) => (run.getTime() - (runs[index]?.getTime() ?? 0)) / 1000);
  return [...new Set(gaps)];
}
