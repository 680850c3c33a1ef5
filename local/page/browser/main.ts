import type { PageData, PageState, RangeName } from '../page-state.ts';
import { type AccountTable, showAccounts } from './accounts.ts';
import { type Chart, createChart, showChart } from './chart.ts';
import { chooseStartMs, needsLogScale } from './chart-data.ts';
import { create, find, setText } from './dom.ts';
import { describeSoonest, listProblems, showFacts, showProblems } from './facts.ts';
import { formatTime } from './format.ts';
import { type Reading, startLive } from './live.ts';
import { showMoney } from './money.ts';
import { chooseStyles } from './palette.ts';
import { type Choice, createSwitches, markMode, readChoice } from './switches.ts';
import { showFailures, showPosts, showRuns, showSummary } from './tables.ts';

type View = {
  choice: Choice;
  hidden: Set<string>;
  chart: Chart;
  table: AccountTable;
  state?: PageState;
  data?: PageData;
};

const rangeWords: Record<RangeName, string> = {
  '15m': 'in the last 15 minutes',
  '1h': 'in the last hour',
  '24h': 'in the last 24 hours',
  all: 'since the first point',
};

start();

function start(): void {
  const table: AccountTable = {
    rows: new Map(),
    onToggle: (userId) => {
      if (!view.hidden.delete(userId)) view.hidden.add(userId);
      showFollowers(view);
    },
  };
  const view: View = { choice: readChoice(), hidden: new Set(), chart: createChart(find('chart')), table };
  const live = startLive(
    () => `/api/state?range=${view.choice.range}`,
    (reading) => {
      showReading(view, reading);
    },
  );
  createSwitches(view.choice, () => {
    showFollowers(view);
    live.reload();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
    showFollowers(view);
  });
  setInterval(() => {
    if (view.state !== undefined) showTimes(view, view.state);
  }, 1_000);
}

function showReading(view: View, reading: Reading): void {
  const connection = find('connection');
  if ('gone' in reading) {
    connection.classList.remove('live');
    setText(connection, 'Not connected');
    showProblems([reading.gone]);
    return;
  }
  const { state } = reading;
  view.state = state;
  if (state.data !== undefined) view.data = state.data;
  showProblems(listProblems(state, view.data !== undefined));
  connection.classList.toggle('live', state.storeProblem === undefined);
  setText(connection, state.storeProblem === undefined ? 'Live' : 'No data from the store');
  showFollowers(view);
  showTimes(view, state);
  find('next-real').hidden = !state.about.simulated;
  if (state.data === undefined) return;
  showPosts(state.data.posts, state.nowMs);
  showMoney(state.data.money, state.about);
  showSummary(state.data.summary, state.about);
  showRuns(state.data.runs, state.nowMs);
  showFailures(state.data.failures, state.nowMs);
}

function showFollowers(view: View): void {
  const { data, choice } = view;
  if (data === undefined) return;
  // Lines of very different height say something only by their change.
  choice.mode ??= data.accounts.length > 0 ? (data.accounts.length > 1 ? 'change' : 'value') : undefined;
  if (choice.mode !== undefined) markMode(choice.mode);
  const mode = choice.mode ?? 'value';
  const styles = chooseStyles(data.accounts);
  const accounts = data.accounts.filter(({ userId }) => !view.hidden.has(userId));
  showAccounts(view.table, data.accounts, styles, view.hidden);
  showChart(view.chart, { accounts, styles, mode, fromMs: chooseStartMs(data), toMs: data.toMs });
  const what = mode === 'change' ? 'Followers gained or lost' : 'Followers';
  const scale = mode === 'value' && needsLogScale(accounts) ? ', logarithmic scale' : '';
  const note = data.accounts.length > 0 ? `${what} ${rangeWords[choice.range]}${scale}` : '';
  setText(find('chart-note'), note);
  setText(find('accounts-caption'), `Accounts: followers now, and the change ${rangeWords[choice.range]}`);
  find('chart').setAttribute('aria-label', `Chart: ${note}, ${accounts.length} accounts. The table has the numbers.`);
}

function showTimes(view: View, state: PageState): void {
  const nowMs = Date.now();
  showFacts(state.about, nowMs);
  const connection = find('connection');
  connection.title = `Last read at ${formatTime(state.nowMs, nowMs)}`;
  showEmpty(view, describeSoonest(state.about, nowMs));
}

function showEmpty({ data, choice }: View, hint: string): void {
  const place = find('empty');
  const isEmpty = (data?.accounts.length ?? 0) === 0;
  place.hidden = !isEmpty;
  find('mode').hidden = isEmpty;
  find('accounts').hidden = isEmpty;
  if (!isEmpty) return;
  const hasRuns = data !== undefined && data.runs.length > 0;
  const title = hasRuns && choice.range !== 'all' ? 'Nothing in this range.' : 'No follower count yet.';
  const texts = data === undefined ? ['Nothing could be read yet.', ''] : [title, hint];
  if (place.children.length === 0) place.append(create('p'), create('p'));
  texts.forEach((text, at) => {
    const line = place.children[at];
    if (line instanceof HTMLElement) setText(line, text);
  });
}
