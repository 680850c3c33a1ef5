import type { Account } from '../../config/accounts.ts';
import { type Finding, findingOf, RunError } from '../../failure.ts';
import type { Measurement } from '../../measurement.ts';
import type { Collecting, Purchase, XAnswer, XRequest } from '../collector.ts';
import { requestFor, valueOf } from './request.ts';
import { parseUserAnswer, type UserAnswer, type XUser } from './answer.ts';

/** What asking for a batch needs besides X: requests left for finding bad values, and the mapping to a point. */
export interface Means {
  readonly spare: { requests: number };
  readonly toMeasurement: (profile: XUser, time: number) => Measurement | undefined;
}

/** Asks for one batch, buying what is not bought today yet, and delivers its points. Notes what cannot be had. */
export async function collectBatch(collecting: Collecting, batch: readonly Account[], means: Means): Promise<void> {
  const fresh = batch.filter(({ key }) => collecting.boughtToday('user', key) === undefined);
  const known = batch.filter((account) => !fresh.includes(account));
  try {
    const { purchase, answer } = await askFor(collecting, known, fresh);
    const asked = [...known, ...fresh.slice(0, purchase?.granted ?? 0)];
    for (const account of batch.filter((candidate) => !asked.includes(candidate)))
      collecting.note(unaffordable(account));
    if (answer !== undefined) deliverBatch(collecting, asked, answer, purchase, means);
  } catch (error) {
    if (!(error instanceof RunError)) throw error;
    if (error.status === 400) await collectAfterRefusal(collecting, batch, error, means);
    else collecting.note(findingOf(error));
  }
}

async function askFor(
  collecting: Collecting,
  known: readonly Account[],
  fresh: readonly Account[],
): Promise<{ purchase?: Purchase | undefined; answer?: XAnswer }> {
  const price = collecting.config.prices.user;
  const want = { resource: 'user' as const, keys: fresh.map(({ key }) => key), most: fresh.length, least: 1, price };
  const requestWith = (granted: number): XRequest => requestFor([...known, ...fresh.slice(0, granted)]);
  const purchase = fresh.length > 0 ? await collecting.buy(want, requestWith) : undefined;
  if (purchase !== undefined) return { purchase, answer: purchase.answer };
  return known.length > 0 ? { answer: await collecting.ask(requestFor(known)) } : {};
}

/**
 * X answers 400 to a whole batch for one value it does not like. It names the value in its message; where it does not,
 * the batch is halved until the value stands alone.
 */
async function collectAfterRefusal(
  collecting: Collecting,
  batch: readonly Account[],
  error: RunError,
  means: Means,
): Promise<void> {
  const complaints = new Map(
    error.complaints.map((said) => [/value \[([^\]]*)\]/.exec(said)?.[1]?.toLowerCase(), said]),
  );
  const offenders = batch.filter((account) => complaints.has(valueOf(account).toLowerCase()));
  for (const account of offenders) {
    const detail = `X refuses this name or id: ${complaints.get(valueOf(account).toLowerCase()) ?? ''}`;
    collecting.note({ account: account.key, reason: 'unknown_account', detail, retryable: false });
  }
  const rest = batch.filter((account) => !offenders.includes(account));
  const middle = Math.ceil(rest.length / 2);
  const parts = offenders.length > 0 ? [rest] : [rest.slice(0, middle), rest.slice(middle)];
  if (offenders.length === 0 && (rest.length < 2 || means.spare.requests < parts.length)) {
    const only = rest.length === 1 ? { account: rest[0]?.key ?? '' } : {};
    collecting.note({ ...findingOf(error), ...only });
    return;
  }
  means.spare.requests -= parts.length; // at once: other batches may be asking meanwhile
  for (const part of parts.filter(({ length }) => length > 0)) {
    await collectBatch(collecting, part, means);
  }
}

function deliverBatch(
  collecting: Collecting,
  batch: readonly Account[],
  { body }: XAnswer,
  purchase: Purchase | undefined,
  { toMeasurement }: Means,
): void {
  const answer = parseUserAnswer(body);
  const profileOf = profilesByAccount(batch, answer.users);
  const said = new Map(answer.errors.map(({ value, finding }) => [value, finding]));
  const general = answer.errors.find(({ value }) => !batch.some((account) => valueOf(account).toLowerCase() === value));
  const points: Measurement[] = [];
  const served: string[] = [];
  for (const account of batch) {
    const profile = profileOf.get(account);
    const point = profile === undefined ? undefined : toMeasurement(profile, collecting.time);
    const finding = said.get(valueOf(account).toLowerCase());
    if (profile !== undefined) collecting.learnIdentity(account, { id: profile.id, username: profile.username });
    if (point !== undefined) {
      points.push(point);
      served.push(account.key);
    }
    if (profile !== undefined && point === undefined)
      collecting.note({ ...withoutNumbers(finding), account: account.key });
    if (profile === undefined && (finding !== undefined || answer.malformed === 0))
      collecting.note({ ...(finding ?? general?.finding ?? unmentioned), account: account.key });
  }
  collecting.deliver({ measurements: points, served, resources: answer.users.length });
  if (answer.malformed === 0) settleBatch(purchase, answer, profileOf);
  else collecting.note(malformedFinding(answer.malformed));
}

/** Entries that are no user may have been billed all the same: then nothing is settled, the money stays held. */
function settleBatch(
  purchase: Purchase | undefined,
  { users }: UserAnswer,
  profileOf: ReadonlyMap<Account, XUser>,
): void {
  purchase?.settle(
    users.map(({ id }) => id),
    [...profileOf.keys()].map(({ key }) => key),
  );
}

function profilesByAccount(batch: readonly Account[], users: readonly XUser[]): Map<Account, XUser> {
  const byName = batch[0]?.id === undefined;
  const profiles = new Map(users.map((profile) => [byName ? profile.username.toLowerCase() : profile.id, profile]));
  const found = new Map<Account, XUser>();
  for (const account of batch) {
    const profile = profiles.get(valueOf(account).toLowerCase());
    if (profile !== undefined) found.set(account, profile);
  }
  return found;
}

const unmentioned: Finding = {
  reason: 'unknown_account',
  detail: 'X answered without a word about this account: check its spelling',
  retryable: false,
};

function malformedFinding(count: number): Finding {
  const detail = `X answered 200 with ${count} entries that are no user: they were left out`;
  return { reason: 'bad_answer', detail, retryable: true };
}

function withoutNumbers(said: Finding | undefined): Finding {
  return { reason: 'no_numbers', detail: said?.detail ?? 'X sent the profile without any count', retryable: false };
}

function unaffordable({ key }: Account): Finding {
  const detail =
    "the profile does not fit into what is left of today's budget: raise TWITTER_DAILY_BUDGET_USD or wait for 00:00 UTC";
  return { account: key, reason: 'budget', detail, retryable: false };
}
