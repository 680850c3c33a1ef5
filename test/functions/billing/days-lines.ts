import fc from 'fast-check';

import type { LedgerLine } from '../../../functions/billing/line.ts';
import { ledgerLine } from '../fixtures.ts';

const price = { user: 10_000, tweet: 5000 } as const;
/** Few of each, so that purchases meet. */
export const accountKeys = ['a', 'b', 'id:3', 'd'];
const userIds = ['1', '2', '3', '4', '5'];
const tweetIds = ['10', '11', '12', '13', '14', '15', '16', '17', '18', '19'];

/** The two lines of one purchase, of which either may be missing: reserved lines may be open, settled ones alone. */
function linesOf(purchase: string): fc.Arbitrary<LedgerLine[]> {
  const parts = fc.constantFrom('both', 'both', 'reserved', 'settled');
  return fc
    .oneof(profiles(purchase), posts(purchase))
    .chain((lines) =>
      parts.map((part) => lines.filter(({ state }) => part === 'both' || part === state || lines.length === 1)),
    );
}

/** An account's name may lead to another id than before, or to none; the ids are those that are new on the day. */
function profiles(purchase: string): fc.Arbitrary<LedgerLine[]> {
  const answer = fc.tuple(fc.constantFrom(...accountKeys), fc.constantFrom('', ...userIds));
  return fc
    .record({
      asked: fc.subarray(accountKeys, { minLength: 1 }),
      answers: fc.array(answer, { maxLength: 4 }),
      ids: fc.subarray(userIds),
      unitPrice: fc.constantFrom(price.user, 8000, 0),
    })
    .map(({ asked, answers, ids, unitPrice }) => {
      const answered = answers.map(([key, id]) => `${key}=${key.startsWith('id:') ? id && key.slice(3) : id}`);
      return pair({ purchase, resource: 'user' }, asked, answered, ids, asked.length, unitPrice);
    });
}

function posts(purchase: string): fc.Arbitrary<LedgerLine[]> {
  const key = fc.constantFrom(...accountKeys);
  const max = fc.integer({ min: 5, max: 20 });
  return fc
    .record({ key, max, ids: fc.subarray(tweetIds), owned: fc.boolean() })
    .map(({ key: asked, max: granted, ids, owned }) =>
      pair({ purchase, resource: 'tweet', owned }, [asked], [asked], ids, granted, owned ? 1000 : price.tweet),
    );
}

function pair(
  common: Pick<LedgerLine, 'purchase' | 'resource'> & Partial<LedgerLine>,
  asked: readonly string[],
  answered: readonly string[],
  ids: readonly string[],
  granted: number,
  unitPrice: number,
): LedgerLine[] {
  return [
    ledgerLine({ ...common, state: 'reserved', keys: asked, newResources: granted, cost: granted * unitPrice }),
    ledgerLine({ ...common, keys: answered, ids, cost: ids.length * unitPrice }),
  ];
}

/** What stands in a day's ledger, in the order of writing. */
export const daysLines: fc.Arbitrary<LedgerLine[]> = fc
  .nat(12)
  .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => linesOf(`p${index}`))))
  .map((purchases) => purchases.flat());

/** The same lines in another order, some of them more than once. */
export function shuffledLines(lines: readonly LedgerLine[]): fc.Arbitrary<LedgerLine[]> {
  const all = [...lines];
  return fc.tuple(fc.subarray(all), fc.subarray(all)).chain(([again, once]) => {
    const repeated = [...all, ...again, ...once];
    return fc.shuffledSubarray(repeated, { minLength: repeated.length });
  });
}
