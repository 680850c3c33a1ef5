import type { App, Row } from '../app.ts';
import { daysTouched } from '../billing/day.ts';
import { isSet, type Latch } from '../billing/latch.ts';
import { enterLine, type Ledger, type LedgerLine } from '../billing/ledger.ts';
import type { Identity } from '../collectors/collector.ts';
import { type Deadline, shorterDeadline } from '../deadline.ts';
import { type Finding, findingOf, type Reason, REASONS, RunError } from '../failure.ts';
import { textOf, timeOf } from './row.ts';

/** What the store knows that a run must know before it pays. */
export interface Knowledge {
  /** Who X said the accounts are, by lower-case name and by `id:…`. Empty unless asked for. */
  readonly identities: Map<string, Identity>;
}

/** A third of the run: the event comes again after a 503, and X has not been asked yet. */
const share = 1 / 3;
/** Longer than any latch lasts, and than any account is likely to stay away. */
const memoryMs = 40 * 86_400_000;

/**
 * Reads today's purchases and the latches into the app's state, in one request. Returns why the store would not take
 * what is about to be bought, or what else it knows.
 */
export async function readStore(app: App, deadline: Deadline, needsIdentities: boolean): Promise<Finding | Knowledge> {
  const now = Date.now();
  const questions = [
    ledgerQuestion(app, now),
    latchQuestion(app, now),
    ...(needsIdentities ? [identityQuestion(now)] : []),
  ];
  try {
    const rows = await app.store.query(
      questions.join('; '),
      shorterDeadline(deadline, app.config.runTimeoutMs * share),
    );
    app.state.ledger = toLedger(rows);
    takeOverLatches(app, rows, now);
    return { identities: toIdentities(rows) };
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    return findingOf(error);
  }
}

/** Lines that bought or hold nothing are left out: they are most of a day's. */
function ledgerQuestion({ config }: App, now: number): string {
  const { start, end } = daysTouched(now, now + config.runTimeoutMs);
  return (
    'SELECT "resource", "batch", "state", "keys", "ids", "new_resources", "cost_microusd" FROM "twitter_ledger" ' +
    `WHERE "app" = '${config.app}' AND time >= ${start}ms AND time < ${end}ms AND "keys" != ''`
  );
}

function latchQuestion({ config }: App, now: number): string {
  return `SELECT last("until") AS "until" FROM "twitter_latch" WHERE "app" = '${config.app}' AND time >= ${now - memoryMs}ms GROUP BY "reason"`;
}

function identityQuestion(now: number): string {
  return `SELECT last("followers_count") FROM "twitter_user" WHERE time >= ${now - memoryMs}ms GROUP BY "user_id", "username"`;
}

function toLedger(rows: readonly Row[]): Ledger {
  const ledger: Ledger = new Map();
  for (const row of rows) if (row.measurement === 'twitter_ledger') enterLine(ledger, toLine(row));
  return ledger;
}

function toLine(row: Row): LedgerLine {
  const { columns } = row;
  const listOf = (column: string): string[] =>
    textOf(row, column)
      .split(',')
      .filter((entry) => entry !== '');
  return {
    time: timeOf(row),
    resource: columns['resource'] === 'user' ? 'user' : 'tweet',
    batch: Number(columns['batch']),
    state: columns['state'] === 'settled' ? 'settled' : 'reserved',
    keys: listOf('keys'),
    ids: listOf('ids'),
    newResources: Number(columns['new_resources']),
    cost: Number(columns['cost_microusd']),
  };
}

/** What this process knows of later than the store stays: its write may have failed. */
function takeOverLatches({ state }: App, rows: readonly Row[], now: number): void {
  for (const { measurement, tags, columns } of rows) {
    const reason = REASONS.find((known): known is Reason => known === tags['reason']);
    if (measurement !== 'twitter_latch' || reason === undefined) continue;
    const latch: Latch = { reason, until: Number(columns['until']) * 1000, askedAt: Number(columns['time']) };
    const known = state.latches.get(reason);
    if (known === undefined || known.askedAt <= latch.askedAt) state.latches.set(reason, latch);
  }
  for (const latch of [...state.latches.values()]) if (!isSet(latch, now)) state.latches.delete(latch.reason);
}

/** A name belongs to the account that was seen under it last. */
function toIdentities(rows: readonly Row[]): Map<string, Identity> {
  const seen = rows.filter(({ measurement }) => measurement === 'twitter_user');
  const inOrder = [...seen].sort((a, b) => Number(a.columns['time']) - Number(b.columns['time']));
  const identities = new Map<string, Identity>();
  for (const { tags } of inOrder) {
    const identity = { id: tags['user_id'] ?? '', username: tags['username'] ?? '' };
    identities.set(identity.username.toLowerCase(), identity).set(`id:${identity.id}`, identity);
  }
  return identities;
}
