import type { Account } from '../config/accounts.ts';
import { type Finding, findingOf, RunError } from '../failure.ts';
import { forEachInFlight } from './in-flight.ts';
import type { Measurement } from '../measurement.ts';
import type { Collecting, Collector, XAnswer, XRequest } from './collector.ts';
import { parseUserAnswer, type XUser } from './user-answer.ts';

/** X's limit for both look-ups: https://docs.x.com/x-api/users/user-lookup-by-usernames */
const accountsPerRequest = 100;
/** With X answering in 50 ms, this takes 1,000 accounts in a seventh of the time of one request after another. */
const requestsInFlight = 8;
/** Enough to halve a full batch down to the one value X does not like. */
const extraRequests = 14;

/** X renamed `tweet_count` in August 2026 and answers with either; the newer name wins where both are there. */
const fieldSources: Readonly<Record<string, readonly string[]>> = {
  followers_count: ['followers_count'],
  following_count: ['following_count'],
  tweet_count: ['post_count', 'tweet_count'],
  listed_count: ['listed_count'],
  like_count: ['like_count'],
  media_count: ['media_count'],
};

/** Profile counts of every account: one request for up to 100 accounts, one user resource each, billed once per UTC day. */
export const user: Collector = {
  name: 'user',
  description: 'Follower, following, post, list, like and media counts: one user resource per account and UTC day.',
  requestsFor: (accounts) => batchesOf(accounts).map(requestFor),
  async collect(collecting, accounts) {
    const spare = { requests: extraRequests };
    await forEachInFlight(batchesOf(accounts), requestsInFlight, (batch) => collectBatch(collecting, batch, spare));
  },
};

/** The counts of one profile as a point; `undefined` when X gave no number at all. */
export function toUserMeasurement(profile: XUser, time: number): Measurement | undefined {
  const fields: Record<string, number> = {};
  for (const [field, sources] of Object.entries(fieldSources)) {
    const count = sources.map((source) => profile.metrics[source]).find(isCount);
    if (count !== undefined) fields[field] = count;
  }
  if (Object.keys(fields).length === 0) return undefined;
  return { name: 'twitter_user', tags: { user_id: profile.id, username: profile.username }, fields, time };
}

async function collectBatch(
  collecting: Collecting,
  batch: readonly Account[],
  spare: { requests: number },
): Promise<void> {
  try {
    deliverBatch(collecting, batch, await collecting.ask(requestFor(batch)));
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    if (error.status === 400) await collectAfterRefusal(collecting, batch, error, spare);
    else collecting.note(findingOf(error));
  }
}

/**
 * X answers 400 to a whole batch for one value it does not like. It names the value in its message; where it does not,
 * the batch is halved until the value stands alone.
 */
async function collectAfterRefusal(
  collecting: Collecting,
  batch: readonly Account[],
  error: RunError,
  spare: { requests: number },
): Promise<void> {
  const named = error.complaints.map((complaint) => /value \[([^\]]*)\]/.exec(complaint)?.[1]?.toLowerCase());
  const offenders = batch.filter((account) => named.includes(valueOf(account).toLowerCase()));
  for (const { key } of offenders) {
    collecting.note({ account: key, reason: 'unknown_account', detail: error.message, retryable: false });
  }
  const rest = batch.filter((account) => !offenders.includes(account));
  const middle = Math.ceil(rest.length / 2);
  const parts = offenders.length > 0 ? [rest] : [rest.slice(0, middle), rest.slice(middle)];
  if (offenders.length === 0 && (rest.length < 2 || spare.requests < parts.length)) {
    const only = rest.length === 1 ? { account: rest[0]?.key ?? '' } : {};
    collecting.note({ ...findingOf(error), ...only });
    return;
  }
  spare.requests -= parts.length; // at once: other batches may be asking meanwhile
  for (const part of parts.filter(({ length }) => length > 0)) {
    await collectBatch(collecting, part, spare);
  }
}

function deliverBatch(collecting: Collecting, batch: readonly Account[], answer: XAnswer): void {
  const { users, errors, malformed } = parseUserAnswer(answer.body);
  const byName = batch[0]?.id === undefined;
  const profiles = new Map(users.map((profile) => [byName ? profile.username.toLowerCase() : profile.id, profile]));
  const values = new Set(batch.map((account) => valueOf(account).toLowerCase()));
  const said = new Map(errors.map(({ value, finding }) => [values.has(value) ? value : '', finding]));
  const points: Measurement[] = [];
  for (const account of batch) {
    const value = valueOf(account).toLowerCase();
    const profile = profiles.get(value);
    const point = profile === undefined ? undefined : toUserMeasurement(profile, collecting.time);
    if (point !== undefined) points.push(point);
    else if (profile !== undefined) collecting.note({ ...withoutNumbers(said.get(value)), account: account.key });
    else if (said.has(value) || malformed === 0)
      collecting.note({ ...(said.get(value) ?? said.get('') ?? unmentioned), account: account.key });
  }
  const ids = users.map(({ id }) => id);
  collecting.deliver(points, ids, answer.date);
  if (malformed > 0) {
    const detail = `X answered 200 with ${malformed} entries that are no user: they were left out`;
    collecting.note({ reason: 'bad_answer', detail, retryable: true });
  }
}

const unmentioned: Finding = {
  reason: 'unknown_account',
  detail: 'X answered without a word about this account: check its spelling',
  retryable: false,
};

function withoutNumbers(said: Finding | undefined): Finding {
  return { reason: 'no_numbers', detail: said?.detail ?? 'X sent the profile without any count', retryable: false };
}

/** Names and ids have endpoints of their own. */
function batchesOf(accounts: readonly Account[]): (readonly Account[])[] {
  const kinds = [accounts.filter(({ id }) => id === undefined), accounts.filter(({ id }) => id !== undefined)];
  return kinds.flatMap((kind) => {
    const starts = Array.from(
      { length: Math.ceil(kind.length / accountsPerRequest) },
      (_, index) => index * accountsPerRequest,
    );
    return starts.map((start) => kind.slice(start, start + accountsPerRequest));
  });
}

/** Only fields are asked for, no expansions: those would be billed as resources of their own. */
function requestFor(batch: readonly Account[]): XRequest {
  const values = batch.map(valueOf).join(',');
  const metrics = { 'user.fields': 'public_metrics' };
  return batch[0]?.id === undefined
    ? { path: 'users/by', query: { usernames: values, ...metrics } }
    : { path: 'users', query: { ids: values, ...metrics } };
}

function valueOf(account: Account): string {
  return account.id ?? account.username;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
