import type { Account } from '../../config/accounts.ts';
import type { RunError } from '../../failure.ts';
import { quotedIn } from '../answer.ts';
import type { Collecting } from '../collector.ts';

/**
 * X answers 400 to a whole batch for one value it does not like. It names the value in its message; where it does not,
 * the batch is halved until the value stands alone. What is left is asked for again, as long as there are `spare` requests.
 */
export async function collectAfterRefusal(
  collecting: Collecting,
  batch: readonly Account[],
  error: RunError,
  spare: { requests: number },
  collectAgain: (part: readonly Account[]) => Promise<unknown>,
): Promise<void> {
  // As in `… parameter value [jack!] …`.
  const complaints = new Map(error.complaints.map((said) => [quotedIn(said, 'value ').toLowerCase(), said]));
  const offenders = batch.filter(({ id, key }) => complaints.has(id ?? key));
  for (const { id, key, spelling } of offenders) {
    const detail = `X refuses this name or id: ${complaints.get(id ?? key) ?? ''}`;
    collecting.note({ account: spelling, reason: 'unknown_account', detail });
  }
  const rest = batch.filter((account) => !offenders.includes(account));
  const middle = Math.ceil(rest.length / 2);
  const parts = offenders.length > 0 ? [rest] : [rest.slice(0, middle), rest.slice(middle)];
  if (offenders.length === 0 && (rest.length < 2 || spare.requests < parts.length)) {
    const only = rest.length === 1 ? { account: rest[0]?.spelling ?? '' } : {};
    collecting.note({ ...error.failure, ...only });
    return;
  }
  spare.requests -= parts.length; // at once: other batches may be asking meanwhile
  for (const part of parts.filter(({ length }) => length > 0)) await collectAgain(part);
}
