import type { PageAbout, PageState } from '../page-state.ts';
import { create, find, setText } from './dom.ts';
import { formatDuration, formatTime } from './format.ts';

/** Shows what the runner says of itself; called every second, for the countdown. */
export function showFacts(about: PageAbout, nowMs: number): void {
  const banner = find('simulated');
  banner.hidden = !about.simulated;
  setText(banner, about.simulated ? `Simulated X: time runs ${about.speed} times faster` : '');
  const facts: [string, string[]][] = [
    ['Next event', describeNext(about, nowMs)],
    ['Last event', describeLast(about, nowMs)],
    ['Data', [about.store]],
    ['Function', [about.functionUrl]],
  ];
  const list = find('facts');
  if (list.children.length === 0) {
    for (const [title] of facts) list.append(create('div', {}, create('dt', {}, title), create('dd'), create('dd')));
  }
  facts.forEach(([, lines], at) => {
    [...(list.children[at]?.querySelectorAll('dd') ?? [])].forEach((line, index) => {
      setText(line, lines[index] ?? '');
    });
  });
}

/** When to expect the next event, as a sentence. */
export function describeSoonest(about: PageAbout, nowMs: number): string {
  const soonest = listUpcoming(about)[0];
  if (soonest === undefined) return 'No event is scheduled.';
  return `The next event, “${soonest.name}”, comes ${describeWait(soonest.atMs - nowMs)}.`;
}

/** Everything that is wrong now, in sentences that say what to do; empty when all is well. */
export function listProblems(state: PageState, hasData: boolean): string[] {
  const problems: string[] = [];
  if (state.storeProblem !== undefined) {
    const shown = hasData ? ' What is shown below was read before.' : '';
    problems.push(`${state.storeProblem}${shown} This page tries again every few seconds.`);
  }
  const last = state.about.lastEvent;
  if (last?.status === 0) {
    problems.push(
      `The function at ${state.about.functionUrl} did not answer the event “${last.name}”. The next event tries again; ` +
        'if it stays away, see what npm run local prints.',
    );
  } else if (last !== undefined && last.status >= 400) {
    const advice =
      last.status === 422
        ? 'Trying again will not help: the reason is among the last failures or in what npm run local prints.'
        : 'It is worth trying again, which the next event does; the reason is among the last failures.';
    problems.push(`The function answered the event “${last.name}” with ${last.status}. ${advice}`);
  }
  return problems;
}

/** States the problems, once each: an unchanged one is left alone, so that it is not read out again. */
export function showProblems(problems: readonly string[]): void {
  const place = find('problems');
  const shown = [...place.children].map(({ textContent }) => textContent);
  if (JSON.stringify(shown) === JSON.stringify(problems)) return;
  place.replaceChildren(...problems.map((text) => create('p', { class: 'problem' }, text)));
}

function describeNext(about: PageAbout, nowMs: number): string[] {
  const [soonest, ...others] = listUpcoming(about);
  if (soonest === undefined) return ['none is scheduled'];
  const rest = others.slice(0, 2).map(({ name, atMs }) => `${name} ${describeWait(atMs - nowMs)}`);
  return [
    `${soonest.name} ${describeWait(soonest.atMs - nowMs)} (${formatTime(soonest.atMs, nowMs)})`,
    rest.join(' · '),
  ];
}

function describeLast({ lastEvent }: PageAbout, nowMs: number): string[] {
  if (lastEvent === undefined) return ['none yet'];
  const answer = lastEvent.status === 0 ? 'no answer' : `answered ${lastEvent.status}`;
  const time = formatTime(Date.parse(lastEvent.at), nowMs);
  return [`${lastEvent.name} at ${time}`, `${answer} in ${formatDuration(lastEvent.durationMs)}`];
}

function listUpcoming(about: PageAbout): { name: string; atMs: number }[] {
  const upcoming = about.schedules.map(({ name, nextAt }) => ({ name, atMs: Date.parse(nextAt) }));
  return upcoming.sort((left, right) => left.atMs - right.atMs);
}

function describeWait(waitMs: number): string {
  return waitMs < 1_000 ? 'now' : `in ${formatDuration(Math.round(waitMs / 1_000) * 1_000).replace('.0 s', ' s')}`;
}
