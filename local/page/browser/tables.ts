import type { DaySummary, Failure, PageAbout, Post, Run } from '../page-state.ts';
import { create, find, setText } from './dom.ts';
import { formatChange, formatCount, formatDay, formatDuration, formatTime } from './format.ts';

type Cell = { text: string; class?: string; isoTime?: string };
type TableText = { id: string; caption: string; columns: string[]; none: string };

/** Lists the newest posts with their reach. */
export function showPosts(posts: readonly Post[], nowMs: number): void {
  const rows = posts.map((post) => [
    timeCell(post.timeMs, nowMs),
    { text: `@${post.username}`, class: 'account' },
    { text: formatCount(post.impressions), class: 'number' },
    { text: formatCount(post.engagements), class: 'number' },
  ]);
  const columns = ['Published', 'Account', 'Impressions', 'Engagements'];
  const caption = 'The newest posts and how often they were seen and answered, newest first';
  showTable({ id: 'posts', caption, columns, none: 'No post read yet.' }, rows);
}

/** Lists what the newest summarised day brought each account. */
export function showSummary(summary: DaySummary | undefined, { timezone }: PageAbout): void {
  const day = summary === undefined ? '' : `: ${formatDay(summary.startMs, timezone)}`;
  setText(find('summary-title'), `Daily summary${day}`);
  const rows = (summary?.accounts ?? []).map((account) => [
    { text: `@${account.username}`, class: 'account' },
    { text: formatChange(account.followersGained), class: 'number' },
    { text: formatCount(account.posts), class: 'number' },
    { text: formatChange(account.impressionsGained), class: 'number' },
  ]);
  const columns = ['Account', 'Followers gained', 'Posts', 'Impressions gained'];
  const caption = 'Followers gained, posts published and impressions gained on that day';
  const none = `None yet. It comes when a day is over (midnight, ${timezone}), from what was stored on that day.`;
  showTable({ id: 'summary', caption, columns, none }, rows);
}

/** Lists the last runs, newest first. */
export function showRuns(runs: readonly Run[], nowMs: number): void {
  const hasApps = new Set(runs.map(({ app }) => app)).size > 1;
  const columns = ['Time', 'Collector', 'Result', 'Accounts', 'Points', 'Requests', 'Duration'];
  const rows = runs.map((run) => [
    timeCell(run.timeMs, nowMs),
    { text: hasApps ? `${run.collector} (${run.app})` : run.collector },
    run.success ? { text: 'success', class: 'outcome good' } : { text: 'failed', class: 'outcome bad' },
    { text: describeAccounts(run), class: 'number' },
    { text: formatCount(run.points), class: 'number' },
    { text: formatCount(run.requests), class: 'number' },
    { text: formatDuration(run.durationMs), class: 'number' },
  ]);
  const caption = 'What each collector did at its last runs, newest first';
  showTable({ id: 'runs', caption, columns, none: 'No run yet.' }, rows);
}

/** Lists the last failures, newest first. */
export function showFailures(failures: readonly Failure[], nowMs: number): void {
  const columns = ['Time', 'Collector', 'Account', 'Reason', 'Detail'];
  const rows = failures.map((failure) => [
    timeCell(failure.timeMs, nowMs),
    { text: failure.collector },
    { text: failure.account === '' ? '–' : `@${failure.account}`.replace('@id:', 'id:') },
    { text: describeReason(failure), class: 'outcome bad' },
    { text: failure.detail, class: 'wide' },
  ]);
  const caption = 'What went wrong last, newest first';
  showTable({ id: 'failures', caption, columns, none: 'No failure recorded.' }, rows);
}

function describeReason({ reason, times }: Failure): string {
  return `${reason.replaceAll('_', ' ')}${times > 1 ? ` ×${times}` : ''}`;
}

function describeAccounts(run: Run): string {
  const missing = run.accountsMissing ?? 0;
  return missing === 0 ? formatCount(run.accounts) : `${formatCount(run.accounts)} (${missing} missing)`;
}

function timeCell(timeMs: number, nowMs: number): Cell {
  return { text: formatTime(timeMs, nowMs), class: 'time', isoTime: new Date(timeMs).toISOString() };
}

// Roles are spelt out because a narrow screen shows the rows stacked, and then a browser forgets that they are a table.
function showTable({ id, caption, columns, none }: TableText, rows: Cell[][]): void {
  const place = find(id);
  const shown = JSON.stringify(rows);
  if (place.dataset['shown'] === shown) return;
  place.dataset['shown'] = shown;
  if (rows.length === 0) {
    place.replaceChildren(create('p', { class: 'quiet' }, none));
    return;
  }
  const heads = columns.map((column, at) => {
    const isNumber = rows[0]?.[at]?.class === 'number';
    return create('th', { role: 'columnheader', scope: 'col', class: isNumber ? 'number' : '' }, column);
  });
  const body = rows.map((cells) =>
    create('tr', { role: 'row' }, ...cells.map((cell, at) => createCell(cell, columns[at] ?? ''))),
  );
  const table = create(
    'table',
    { class: 'stacked', role: 'table' },
    create('caption', { class: 'unseen' }, caption),
    create('thead', { role: 'rowgroup' }, create('tr', { role: 'row' }, ...heads)),
    create('tbody', { role: 'rowgroup' }, ...body),
  );
  place.replaceChildren(table);
}

function createCell(cell: Cell, column: string): HTMLElement {
  const label = cell.class === 'number' ? 'number labelled' : (cell.class ?? '');
  const content = cell.isoTime === undefined ? cell.text : create('time', { datetime: cell.isoTime }, cell.text);
  return create('td', { role: 'cell', class: label, 'data-label': column.toLowerCase() }, content);
}
