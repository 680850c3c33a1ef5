import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bookOf, enterLine, type Ledger, type LedgerLine, spentOf } from '../../../functions/billing/ledger.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const day = '2026-11-23';
const prices = { user: 10_000, tweet: 5000 };

/** A purchase as the bank enters it: first reserved, then perhaps settled with some of what was held for. */
interface Deal {
  readonly reserved: LedgerLine;
  readonly settled: LedgerLine | undefined;
}

const deal = (index: number): fc.Arbitrary<Deal> => fc.oneof(userDeal(index), tweetDeal(index));
const userDeal = (index: number): fc.Arbitrary<Deal> =>
  fc
    .record({ keys: fc.subarray(['a', 'B', 'id:3', 'd'], { minLength: 1 }), isSettled: fc.boolean(), share: fc.nat(4) })
    .map(({ keys, isSettled, share }) => {
      const answered = keys.slice(0, share);
      return dealOf(
        index,
        'user',
        keys,
        keys.length,
        isSettled,
        answered,
        answered.map((key) => `id of ${key}`),
      );
    });
const tweetDeal = (index: number): fc.Arbitrary<Deal> =>
  fc
    .record({
      key: fc.constantFrom('a', 'B', 'id:3'),
      most: fc.integer({ min: 5, max: 20 }),
      ids: fc.uniqueArray(fc.constantFrom('0', '1', '2', '3', '4', '5', '6', '7', '8', '9'), { maxLength: 5 }),
      isSettled: fc.boolean(),
    })
    .map(({ key, most, ids, isSettled }) =>
      dealOf(
        index,
        'tweet',
        [key],
        most,
        isSettled,
        [key],
        ids.map((id) => `${key}${id}`),
      ),
    );

function dealOf(
  index: number,
  resource: 'user' | 'tweet',
  keys: readonly string[],
  most: number,
  isSettled: boolean,
  answered: readonly string[],
  ids: readonly string[],
): Deal {
  const common = { time: noon + index, resource, batch: index % 3 };
  const price = prices[resource];
  const settled = { newResources: ids.length, cost: ids.length * price, keys: answered, ids };
  return {
    reserved: { ...common, state: 'reserved', keys, ids: [], newResources: most, cost: most * price },
    settled: isSettled ? { ...common, state: 'settled', ...settled } : undefined,
  };
}

const deals = fc.nat(12).chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => deal(index))));

function read(lines: readonly LedgerLine[]): Ledger {
  const ledger: Ledger = new Map();
  for (const line of lines) enterLine(ledger, line);
  return ledger;
}

/** What a book says, without the order in which it came to know it. */
function contentOf(ledger: Ledger): unknown {
  const { bought, idsOf, settled, reserved, open } = bookOf(ledger, day);
  const entries = (map: ReadonlyMap<string, unknown>): unknown[] => [...map].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    bought: entries(bought),
    idsOf: entries(new Map([...idsOf].map(([account, ids]) => [account, [...ids].sort()]))),
    open: [...open].map(([account, lines]) => [account, entries(lines)]).sort(),
    settled,
    reserved,
  };
}

test('lines read from the store in any order give one and the same book', () => {
  const shuffled = deals.chain((list) => {
    const stored = list.map(({ reserved, settled }) => settled ?? reserved);
    return fc.tuple(fc.constant(stored), fc.shuffledSubarray(stored, { minLength: stored.length }));
  });
  fc.assert(
    fc.property(shuffled, ([stored, other]) => {
      assert.deepEqual(contentOf(read(other)), contentOf(read(stored)));
    }),
  );
});

test('a process that saw each purchase made knows what one that read it later knows', () => {
  fc.assert(
    fc.property(deals, fc.infiniteStream(fc.boolean()), (list, coin) => {
      const live: LedgerLine[] = [];
      const late: LedgerLine[] = [];
      for (const { reserved, settled } of list) {
        live.push(reserved);
        if (settled !== undefined) (coin.next().value === true ? live : late).push(settled);
      }
      const stored = list.map(({ reserved, settled }) => settled ?? reserved);
      assert.deepEqual(contentOf(read([...live, ...late])), contentOf(read(stored)));
    }),
  );
});

test('spent is the distinct ids settled and of each account the largest purchase still open', () => {
  fc.assert(
    fc.property(deals, (list) => {
      const settled = list.map((one) => one.settled).filter((line) => line !== undefined);
      const open = list.filter((one) => one.settled === undefined).map(({ reserved }) => reserved);
      const ids = new Set(settled.flatMap(({ resource, ids: those }) => those.map((id) => `${resource} ${id}`)));
      const bill = [...ids].reduce((sum, id) => sum + (id.startsWith('user') ? prices.user : prices.tweet), 0);
      const served = settled.filter(({ resource }) => resource === 'user').flatMap(({ keys }) => keys);
      const largest = new Map<string, number>();
      for (const { resource, keys, cost } of open)
        for (const key of keys.filter((candidate) => resource === 'tweet' || !served.includes(candidate)))
          largest.set(`${resource} ${key}`, Math.max(largest.get(`${resource} ${key}`) ?? 0, cost / keys.length));
      const book = bookOf(read(list.map(({ reserved, settled: line }) => line ?? reserved)), day);
      assert.equal(book.settled, bill);
      assert.equal(spentOf(book), bill + [...largest.values()].reduce((sum, amount) => sum + amount, 0));
      assert.ok(Number.isInteger(spentOf(book)) && book.reserved >= 0);
    }),
  );
});
