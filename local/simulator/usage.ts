import { readList } from './parameters.ts';
import type { Reply } from './problems.ts';
import { DAY_MS } from './history.ts';
import type { Simulation } from './simulation.ts';

const PROJECT_ID = '2020044302890438656';
const DEFAULT_DAYS = 7;

/** How many distinct posts were read a day. X writes these numbers as strings. */
export function answerUsage({ clock, postReads }: Simulation, query: URLSearchParams): Reply {
  const days = Number(query.get('days') ?? DEFAULT_DAYS);
  const todayMs = Math.floor(clock.now().getTime() / DAY_MS) * DAY_MS;
  const usage = Array.from({ length: days }, (_, index) => {
    const date = new Date(todayMs - (days - 1 - index) * DAY_MS).toISOString();
    return { date, usage: String(postReads.get(date.slice(0, 10))?.size ?? 0) };
  });
  const total = [...postReads.values()].reduce((sum, read) => sum + read.size, 0);
  const fields: Record<string, unknown> = {
    project_cap: '3000000',
    project_id: PROJECT_ID,
    project_usage: String(total),
    cap_reset_day: 1,
    daily_project_usage: { project_id: PROJECT_ID, usage },
    daily_client_app_usage: [{ client_app_id: '1', usage, usage_result_count: usage.length }],
  };
  const asked = readList(query, 'usage.fields');
  const always = ['project_cap', 'project_id', 'project_usage', 'cap_reset_day'];
  return {
    status: 200,
    body: { data: Object.fromEntries([...new Set([...always, ...asked])].map((key) => [key, fields[key]])) },
  };
}
