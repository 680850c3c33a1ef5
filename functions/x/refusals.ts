import { type Credential, type Failure, type NotedFailure, RunError } from '../failure.ts';
import { type Latch, nextProbeAt } from '../billing/latch.ts';
import type { WayToX } from './way.ts';

/** So many refusals alike and nothing else: then it is not the accounts. */
const enoughAlike = 3;

/** X's refusal of a path that names one account is taken for that account's, until all the credential got is the same. */
export function refuseAccount(way: WayToX, credential: Credential, account: string, refusal: RunError): RunError {
  const refusals = [...(way.refusals.get(credential) ?? []), refusal];
  way.refusals.set(credential, refusals);
  if (refusals.length >= enoughAlike && isToBlame(way, credential)) way.closed.set(credential, refusals[0] ?? refusal);
  const { reason, detail } = refusal.failure;
  const theirs = refusal.status === 404 ? 'unknown_account' : reason;
  const failure: Failure = { account, reason: theirs, detail, suspect: credential };
  return new RunError(failure, { status: refusal.status });
}

/** X has answered a credential with something else than such refusals: they were the accounts'. */
export function acquit({ answered, closed, refusals }: WayToX, credential: Credential): void {
  answered.add(credential);
  if (closed.get(credential) === refusals.get(credential)?.[0]) closed.delete(credential);
}

/** Waits while a credential is to blame so far: what is under way may acquit it. */
export async function awaitVerdict({ closed, underWay }: WayToX, credential: Credential): Promise<void> {
  if (closed.has(credential)) await Promise.allSettled(underWay);
}

/** The failures of a run in which a credential got nothing but one refusal: then it is the credential's, said once. */
export function blameCredentials(way: WayToX, failures: readonly NotedFailure[]): NotedFailure[] {
  const blamed = [...way.refusals.keys()].filter((credential) => isToBlame(way, credential));
  const firsts = blamed.flatMap((credential) => {
    const first = failures.find(({ suspect }) => suspect === credential);
    const refusal = way.refusals.get(credential)?.[0]?.failure;
    if (first === undefined || refusal === undefined) return [];
    const { collector, time } = first;
    return { ...refusal, detail: way.clean(refusal.detail), collector, time };
  });
  // Once no more was asked with it, the collectors noted its first refusal themselves.
  const isSaid = ({ suspect, collector, detail }: NotedFailure): boolean =>
    suspect === undefined
      ? firsts.some((first) => first.collector === collector && first.detail === detail)
      : blamed.includes(suspect);
  return [...failures.filter((failure) => !isSaid(failure)), ...firsts];
}

function isToBlame({ answered, refusals }: WayToX, credential: Credential): boolean {
  const [first, ...others] = refusals.get(credential) ?? [];
  return !answered.has(credential) && others.every(({ status }) => status === first?.status);
}

/** What is said while a latch stands. */
export function latchedFailure(latch: Latch): Failure {
  const [asked, next] = [latch.askedAt, nextProbeAt(latch)].map((time) => new Date(time).toISOString());
  const detail = `X was not asked: it refused at ${asked} and is tried again at ${next}, or now with {"job":"collect","probe":true}`;
  return { reason: latch.reason, detail };
}
