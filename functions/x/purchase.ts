import { dayOf, sidesOf } from '../billing/day.ts';
import type { Purchase, Want, XAnswer, XRequest } from '../collectors/collector.ts';
import { RunError } from '../failure.ts';
import { type Bank, type Claim, claim, leave, settle } from './bank.ts';
import { askX, enterGate, type XGate } from './gate.ts';

/**
 * Holds the money, asks X, and leaves it to the caller to settle. `undefined` when the budget does not allow it. Throws a
 * `RunError`: an HTTP error costs nothing; an answer that never came, or cannot be read, may have been charged.
 */
export async function buy(
  gate: XGate,
  bank: Bank,
  want: Want,
  requestFor: (granted: number) => XRequest,
): Promise<Purchase | undefined> {
  await enterGate(gate, requestFor(want.most).path);
  const claimed = await claim(bank, want);
  if (claimed === undefined) return undefined;
  const request = requestFor(claimed.granted);
  try {
    await enterGate(gate, request.path);
    if (!coversNow(claimed)) throw lateError(request.path);
    return toPurchase(bank, claimed, await askX(gate, request));
  } catch (error) {
    if (error instanceof RunError && costsNothing(error)) settle(bank, claimed, { ids: [], keys: [], date: undefined });
    else leave(bank, claimed);
    throw error;
  }
}

function costsNothing({ sent, status, unanswered }: RunError): boolean {
  return !sent || (status !== undefined && !unanswered);
}

/** A collector settles an answer at once or, when it can make nothing of it, never: then nobody waits for it any more. */
function toPurchase(bank: Bank, claimed: Claim, answer: XAnswer): Purchase {
  let isOpen = true;
  const close = (end: () => void): void => {
    if (isOpen) end();
    isOpen = false;
  };
  setImmediate(() => {
    close(() => {
      leave(bank, claimed);
    });
  });
  return {
    answer,
    granted: claimed.granted,
    settle: (ids, keys) => {
      close(() => {
        settle(bank, claimed, { ids, keys, date: answer.date });
      });
    },
  };
}

/** Whether money is held on every day that X may bill by now: storing the reservation or a probe may have taken long. */
function coversNow({ lines }: Claim): boolean {
  return sidesOf(Date.now()).every((side) => lines.some(({ time }) => dayOf(time) === dayOf(side)));
}

function lateError(path: string): RunError {
  const message = `X was not asked for ${path}: midnight UTC came too near before the money was held`;
  return new RunError('timeout', message, { retryable: true, sent: false });
}
