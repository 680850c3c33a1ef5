import type { Clean } from '../config/redact.ts';
import { type Credential, type Failure, type NotedFailure, RunError } from '../failure.ts';

/** What X answered in a run to each of the two credentials. */
export interface Refusals {
  /** Its refusals of single accounts' paths. */
  readonly refusals: Map<Credential, RunError[]>;
  /** The credentials that got anything else. */
  readonly answered: Set<Credential>;
  /** Requests that it has not answered yet. */
  readonly underWay: Set<Promise<unknown>>;
}

/** So many refusals alike and nothing else: then it is not the accounts. */
const enoughAlike = 3;

/** X's refusal of a path that names one account is taken for that account's, until all the credential got is the same. */
export function refuseAccount(
  { refusals }: Refusals,
  credential: Credential,
  account: string,
  refusal: RunError,
): RunError {
  refusals.set(credential, [...(refusals.get(credential) ?? []), refusal]);
  const { reason, detail } = refusal.failure;
  const theirs = refusal.status === 404 ? 'unknown_account' : reason;
  const failure: Failure = { account, reason: theirs, detail, suspect: credential };
  return new RunError(failure, { status: refusal.status });
}

/**
 * Throws a credential's refusal, a `RunError`, once there are enough alike and nothing else. What is under way is waited for
 * first: it may show that they were the accounts'.
 */
export async function awaitVerdict(known: Refusals, credential: Credential): Promise<void> {
  const verdict = (): RunError | undefined => {
    const refusals = known.refusals.get(credential) ?? [];
    return refusals.length >= enoughAlike && isToBlame(known, credential) ? refusals[0] : undefined;
  };
  if (verdict() !== undefined) await Promise.allSettled(known.underWay);
  const refusal = verdict();
  if (refusal !== undefined) throw new RunError(refusal.failure);
}

/** The failures of a run in which a credential got nothing but one refusal: then it is the credential's, said once. */
export function blameCredentials(
  way: Refusals & { readonly clean: Clean },
  failures: readonly NotedFailure[],
): NotedFailure[] {
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

function isToBlame({ answered, refusals }: Refusals, credential: Credential): boolean {
  const [first, ...others] = refusals.get(credential) ?? [];
  return !answered.has(credential) && others.every(({ status }) => status === first?.status);
}
