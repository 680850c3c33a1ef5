import { formatUsd } from '../../functions/billing/price.ts';
import { oneLine } from '../../functions/failure.ts';
import { alignColumns } from '../../local/runner/columns.ts';
import { choosePaint, type Screen } from '../../local/runner/output.ts';
import type { Endpoints } from './endpoints.ts';
import { problemsOf } from './facts.ts';
import type { NameResult } from './names.ts';
import type { ImportOptions } from './options.ts';
import type { Outcome, UnknownName } from './run.ts';
import { addCounts, type Counts, sumOf } from './tally.ts';

/** The report for people, with colours where the screen has them. */
export function describeOutcome(
  outcome: Outcome,
  { source, target }: Endpoints,
  { dryRun }: ImportOptions,
  screen: Screen,
): string {
  const paint = choosePaint(screen);
  const { results, policies, warnings } = outcome;
  const problems = results.flatMap(problemsOf);
  const head = [
    `from  ${source.url}, database ${source.database}${policies.length > 1 ? `, retention policies ${policies.map(quote).join(', ')}` : ''}`,
    `to    ${target.url}, database ${target.database}${dryRun ? ': nothing was written (--dry-run)' : ''}`,
  ];
  const [columns = '', ...rows] = results.length === 0 ? [] : describeNames(results, dryRun);
  const sections = [
    head.map((line) => paint('bold', line)),
    columns === '' ? [] : [paint('dim', columns), ...rows],
    [...explainNames(results), ...explainNumbers(results, outcome.nameless)].map((line) => paint('dim', line)),
    [...warnings, ...explainUnknown(outcome), ...explainFailures(outcome)].map((line) => paint('yellow', line)),
    problems.map((line) => paint('red', line)),
    dryRun || results.length === 0 || problems.length > 0 ? [] : [confirm(results)],
  ];
  const shown = sections.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
  return `${shown.join('\n\n')}\n`;
}

function describeNames(results: readonly NameResult[], dryRun: boolean): string[] {
  const writing = dryRun ? 'to write' : 'written';
  const head = [
    'user',
    'id',
    'as',
    'known from',
    'first',
    'last',
    'read',
    writing,
    'there',
    'kept out',
    'skipped',
    'points',
  ];
  const rows = results.map(({ identity: { name, userId, username, knownFrom }, state: { first, last, tally } }) => [
    oneLine(name, 40),
    userId,
    oneLine(username, 40),
    { map: '--map', twitter_user: 'twitter_user', lookup: 'X' }[knownFrom],
    dayOf(first),
    dayOf(last),
    ...[tally.read, tally.written, tally.alreadyThere, tally.keptOut, tally.skipped].map((counts) =>
      show(sumOf(counts)),
    ),
    show(tally.points['made'] ?? 0),
  ]);
  const texts = Array.from({ length: 6 }, () => 'left' as const);
  const numbers = Array.from({ length: 6 }, () => 'right' as const);
  return alignColumns([head, ...rows], [...texts, ...numbers]);
}

function explainNames(results: readonly NameResult[]): string[] {
  return results.flatMap(({ identity: { name, userId, note }, resumedAt }) => [
    ...(note === undefined
      ? []
      : [`${quote(name)}: ${note}. If ${userId} is not the right one: --map ${shellWord(name, 'ID')}.`]),
    ...(resumedAt === undefined
      ? []
      : [`${quote(name)}: went on at ${new Date(resumedAt).toISOString()}, where an earlier start had stopped.`]),
  ]);
}

function explainNumbers(results: readonly NameResult[], nameless: number): string[] {
  const all = (pick: (result: NameResult) => Counts): Counts =>
    results.map(pick).reduce((sum, counts) => addCounts(sum, counts), {});
  const skipped = all(({ state }) => state.tally.skipped);
  const keptOut = sumOf(all(({ state }) => state.tally.keptOut));
  const words = {
    fraction: 'with a fraction',
    negative: 'below 0',
    notANumber: 'no number',
    repeated: 'twice at one moment',
  };
  const reasons = Object.entries(words).flatMap(([reason, text]) => {
    const count = skipped[reason] ?? 0;
    return count === 0 ? [] : [`${show(count)} ${text}`];
  });
  return [
    ...(reasons.length === 0 ? [] : [`Skipped, since no counts: ${reasons.join(', ')}.`]),
    ...(keptOut === 0
      ? []
      : [
          `Kept out: ${show(keptOut)} where the target holds another number for the account and moment. That one stays.`,
        ]),
    ...(nameless === 0 ? [] : [`Left out: ${show(nameless)} without the tag user, which belong to nobody.`]),
  ];
}

function explainUnknown({ unknown, lookedUp }: Outcome): string[] {
  if (unknown.length === 0) return [];
  const one = (user: UnknownName): string =>
    `No id is known for ${quote(user.name)} (${dayOf(user.first)} to ${dayOf(user.last)}, ${show(user.numbers)} numbers): nothing of it was imported. --map ${shellWord(user.name, 'ID')}`;
  const hint =
    'An account that twittergraph has collected once is known by its name: add it to TWITTER_USERS and let it run, then ' +
    'import again. Or ask X who has the name today, with --lookup, which costs money.';
  return [...unknown.map(one), ...(lookedUp === undefined ? [hint] : [])];
}

function explainFailures({ lookedUp }: Outcome): string[] {
  if (lookedUp === undefined) return [];
  return [
    `X was asked for ${lookedUp.names.length}: ${formatUsd(lookedUp.microUsd)}.`,
    ...lookedUp.failures.map(({ account, reason, detail }) => `${account ?? 'The look-up'}: ${reason}: ${detail}`),
  ];
}

function confirm(results: readonly NameResult[]): string {
  const written = results.reduce((sum, { state }) => sum + sumOf(state.tally.written), 0);
  if (written === 0) return 'Everything was there already.';
  return `Counted in the target: all ${show(written)} numbers written are there.`;
}

/** A word for the command line, in quotes where the shell would not leave it alone. */
function shellWord(name: string, id: string): string {
  const word = oneLine(`${name}=${id}`);
  return /^[\w@.=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function quote(name: string): string {
  return JSON.stringify(name);
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

function show(count: number): string {
  return count.toLocaleString('en-US');
}
