import type { Plan } from './plan.ts';
import { choosePaint, type Screen } from './output.ts';

/** The addresses of what was started, and where the data go. */
export interface Places {
  readonly page: string;
  readonly function: string;
  readonly store: string;
  readonly schedules: readonly { name: string; cron: string }[];
}

/** What the person who started this wants to know, in a dozen lines. */
export function describeStart(plan: Plan, places: Places, screen: Screen): string {
  const paint = choosePaint(screen);
  const row = (label: string, text: string): string => `  ${paint('dim', label.padEnd(10))}${text}`;
  const names = plan.config.accounts.map(({ spelling }) => spelling).join(', ');
  const notes = plan.moved.map(({ what, wanted, port }) =>
    row('', `Port ${wanted} is taken: the ${what} is on ${port}.`),
  );
  return [
    '',
    row('page', paint(['bold', 'cyan'], places.page)),
    row('function', `${places.function}   try: curl -X POST ${new URL(places.function).host}`),
    row('store', places.store),
    row('X', describeX(plan)),
    row('accounts', names.length > 90 ? `${names.slice(0, 89)}…` : names),
    ...places.schedules.map(({ name, cron }, index) => row(index === 0 ? 'schedules' : '', `${cron}  ${name}`)),
    ...notes,
    row('stop', 'Ctrl-C'),
    '',
  ].join('\n');
}

function describeX({ simulated, speed, config }: Plan): string {
  if (simulated) return `simulated: its accounts and the schedules run ${speed} times faster than the clock`;
  return `the real one, at most ${(config.dailyBudget / 1e6).toFixed(2)} USD a day; schedules run in real time`;
}
