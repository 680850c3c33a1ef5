import { type Account, isXId } from '../../config/accounts.ts';
import { type Failure, isRetryable, RunError } from '../../failure.ts';
import type { Point } from '../../measurement.ts';
import { countsIn, toFailure } from '../answer.ts';
import type { Answer, Collecting, Paid, Received } from '../collector.ts';

/** A profile as X sends it, cut down to what is used; the metrics are still unchecked. */
interface XUser {
  readonly id: string;
  readonly username: string;
  readonly metrics: Readonly<Record<string, unknown>>;
}

/** Delivers what an answer brings of the accounts asked for, notes what it does not bring, and says what it was. */
export function takeUsers(collecting: Collecting, paid: Paid, asked: readonly Account[], said: Answer): Received<true> {
  const entries = usersIn(said);
  const users = entries.filter((entry) => entry !== undefined);
  const unreadable = entries.length - users.length;
  const profiles = new Map(
    users.map((user) => [asked[0]?.id === undefined ? user.username.toLowerCase() : user.id, user]),
  );
  const failureOf = openFailures(asked, said, unreadable > 0);
  const [answered, points]: [string[], Point[]] = [[], []];
  for (const account of asked) {
    const profile = profiles.get(account.id ?? account.key);
    const failure = failureOf(account, profile !== undefined);
    const id = profile?.id ?? (failure === undefined || isRetryable(failure) ? undefined : '');
    const known = paid.idOf(account);
    if (id !== undefined && id !== known) answered.push(`${account.key}=${id}`);
    if (profile === undefined) {
      if (failure !== undefined) collecting.note(withLastId(collecting, account, failure));
      continue;
    }
    learn(collecting, account, profile, known);
    const fields = countsIn(profile.metrics, 'twitter_user');
    if (Object.keys(fields).length === 0) {
      const detail = failure?.detail ?? 'X sent the profile without any count';
      collecting.note({ account: account.spelling, reason: 'no_numbers', detail });
      continue;
    }
    const tags = { user_id: profile.id, username: profile.username };
    points.push({ measurement: 'twitter_user', tags, fields, time: collecting.time });
  }
  collecting.deliver({ points, served: points.length, resources: users.length });
  const detail = `X answered 200 with ${unreadable} entries that are not users: they were left out`;
  if (unreadable > 0) collecting.note({ reason: 'bad_answer', detail });
  return { value: true, ids: users.map(({ id }) => id), answered, unreadable };
}

/** The entries of `GET /2/users` and `/2/users/by`. Throws a `RunError` (`bad_answer`) for another shape. */
function usersIn({ body }: Answer): readonly (XUser | undefined)[] {
  const { data, errors } = body;
  if (Array.isArray(data)) return data.map(toXUser);
  if (data === undefined && errors !== undefined) return [];
  const what = data === undefined ? 'neither data nor errors' : 'data that is not a list of users';
  const detail = `X answered 200 with ${what}: nothing was stored from it`;
  throw new RunError({ reason: 'bad_answer', detail }, { status: 200 });
}

function toXUser(entry: unknown): XUser | undefined {
  const { id, username, public_metrics: metrics } = (entry ?? {}) as Readonly<Record<string, unknown>>;
  if (!isXId(id) || typeof username !== 'string' || !/^[A-Za-z0-9_]{1,50}$/.test(username)) return undefined;
  return { id, username, metrics: (metrics ?? {}) as XUser['metrics'] };
}

/**
 * Why an account has no profile or no counts, by X's word of it. One that X says nothing about gets what it says of
 * nobody in particular, unless an entry that could not be read may be that account.
 */
function openFailures(
  asked: readonly Account[],
  { problems }: Answer,
  mayBeUnread: boolean,
): (account: Account, hasProfile: boolean) => Failure | undefined {
  const values = new Set(asked.map(({ id, key }) => id ?? key));
  const said = new Map(problems.map((problem) => [problem.value, problem]));
  const general = problems.find(({ value }) => !values.has(value));
  return ({ id, key }, hasProfile) => {
    const problem = said.get(id ?? key) ?? (hasProfile || mayBeUnread ? undefined : general);
    if (problem !== undefined) return toFailure(problem);
    return hasProfile || mayBeUnread ? undefined : unmentioned;
  };
}

const unmentioned: Failure = {
  reason: 'unknown_account',
  detail: 'X answered without a word about this account: check its spelling',
};

/** X sells names: the one who has it now may not be the one of before. */
function learn(collecting: Collecting, account: Account, { id, username }: XUser, paid: string | undefined): void {
  const before = account.id ?? (paid || collecting.identityOf(account)?.id);
  collecting.learnIdentity(account, { id, username });
  if (before === undefined || before === id) return;
  const detail = `the name belongs to the account ${id} now; ${before} had it before, and id:${before} follows that one`;
  collecting.note({ account: account.spelling, reason: 'renamed', detail });
}

function withLastId(collecting: Collecting, account: Account, failure: Failure): Failure {
  const last = account.id === undefined ? collecting.identityOf(account)?.id : undefined;
  const isGone = failure.reason === 'unknown_account' && last !== undefined;
  const hint = isGone ? ` Its last id was ${last}: id:${last} in its place follows it through a change of name.` : '';
  return { ...failure, account: account.spelling, detail: `${failure.detail}${hint}` };
}
