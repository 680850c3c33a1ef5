import assert from 'node:assert/strict';
import { test } from 'node:test';

import {
  type Book,
  enterLine,
  figuresOf,
  idNamedFor,
  isAnswered,
  isKnownAnswer,
  isPaid,
  isProfilePaid,
  openBook,
  postsPaidFor,
} from '../../../functions/billing/book.ts';
import type { LedgerLine } from '../../../functions/billing/line.ts';
import { ledgerLine, termsOf } from '../fixtures.ts';

const jack = ledgerLine({ purchase: 'bought', keys: ['jack=12'], ids: ['12'] });
const ofJill = { keys: ['jill'], newResources: 20, cost: 100_000, resource: 'tweet' } as const;

function read(...lines: readonly LedgerLine[]): Book {
  const book = openBook(termsOf({ accounts: ['jack', 'jill'], budget: 500_000 }));
  for (const line of lines) enterLine(book, line);
  return book;
}

function reserved(purchase: string, parts: Partial<LedgerLine> = {}): LedgerLine {
  return ledgerLine({ purchase, state: 'reserved', keys: ['jack'], newResources: 1, cost: 10_000, ...parts });
}

test('of a day without lines everything is left but the price of the profiles', () => {
  assert.deepEqual(figuresOf(read()), { spent: 0, held: 0, setAside: 20_000, left: 480_000, budget: 500_000 });
});

test('a purchase is held, then spent', () => {
  const figures = { spent: 0, held: 10_000, setAside: 10_000, left: 480_000, budget: 500_000 };
  assert.deepEqual(figuresOf(read(reserved('bought'))), figures);
  assert.deepEqual(figuresOf(read(reserved('bought'), jack)), { ...figures, spent: 10_000, held: 0 });
});

for (const [what, line] of Object.entries({
  'without a profile': ledgerLine({ purchase: 'p2', keys: ['jack='] }),
  'that names no account': ledgerLine({ purchase: 'p2' }),
  'that names the account alone': ledgerLine({ purchase: 'p2', keys: ['jack'] }),
  'with another id, which nobody bought': ledgerLine({ purchase: 'p2', keys: ['jack=99'] }),
  'of the same purchase': ledgerLine({ purchase: 'bought', keys: ['jack='] }),
  'that says it was free': ledgerLine({ purchase: 'p2', keys: ['jack=12'], ids: ['12'], cost: 0 }),
})) {
  test(`a settled line ${what} takes nothing back of what was bought, before it or after it`, () => {
    for (const book of [read(jack, line), read(line, jack)]) {
      assert.deepEqual([isAnswered(book, 'jack'), isProfilePaid(book, 'jack')], [true, true]);
      assert.deepEqual(figuresOf(book), { spent: 10_000, held: 0, setAside: 10_000, left: 480_000, budget: 500_000 });
    }
  });
}

test('a purchase of which fewer came holds nothing more, in whatever order its lines are read', () => {
  const open = reserved('p1', ofJill);
  const settled = ledgerLine({ ...ofJill, purchase: 'p1', ids: ['31'], newResources: 1, cost: 5000 });
  assert.equal(figuresOf(read(open)).held, 100_000);
  for (const book of [read(open, settled), read(settled, open), read(settled)]) {
    assert.deepEqual([figuresOf(book).spent, figuresOf(book).held], [5000, 0]);
  }
});

test('two prices of one post count as the dearer, whichever was paid first', () => {
  const dear = ledgerLine({ ...ofJill, purchase: 'p1', ids: ['31'], newResources: 1, cost: 5000 });
  const cheap = { ...dear, purchase: 'p2', owned: true, cost: 1000 };
  for (const book of [read(dear, cheap), read(cheap, dear)]) assert.equal(figuresOf(book).spent, 5000);
});

test('requests for posts that were left open hold all their money, those for one profile its price once', () => {
  const posts = ['p1', 'p2'].map((purchase) => reserved(purchase, ofJill));
  assert.equal(figuresOf(read(...posts)).held, 200_000);
  const profiles = [reserved('p3'), reserved('p4', { keys: ['jill', 'jack'], newResources: 2, cost: 20_000 })];
  const { held, setAside } = figuresOf(read(...posts, ...profiles));
  assert.deepEqual([held, setAside], [220_000, 0]);
});

test('a profile that was bought frees what any other purchase held for it', () => {
  const open = reserved('p1', { keys: ['jack', 'jill'], newResources: 2, cost: 20_000 });
  const { held, setAside, spent } = figuresOf(read(open, jack));
  assert.deepEqual([held, setAside, spent], [10_000, 0, 10_000]);
});

test('an account without a profile has its answer, and the price stays set aside: it may come back', () => {
  const book = read(ledgerLine({ keys: ['jill='] }));
  assert.deepEqual(
    [isAnswered(book, 'jill'), isProfilePaid(book, 'jill'), figuresOf(book).setAside],
    [true, false, 20_000],
  );
});

test('ids that nobody asked for are paid for all the same, and what is left can fall below nothing', () => {
  const ids = Array.from({ length: 60 }, (_, index) => `${900 + index}`);
  const book = read(ledgerLine({ keys: [], ids }));
  assert.deepEqual([isPaid(book, 'user', '930'), isPaid(book, 'tweet', '930')], [true, false]);
  assert.deepEqual(figuresOf(book), { spent: 600_000, held: 0, setAside: 20_000, left: -120_000, budget: 500_000 });
});

test('an account configured by its id is paid for under whatever name it was bought', () => {
  const book = read(jack);
  assert.deepEqual(
    [isProfilePaid(book, 'id:12'), isAnswered(book, 'id:12'), isAnswered(book, 'id:1')],
    [true, true, false],
  );
});

test('an answer is news when its name has led elsewhere last, or nowhere yet', () => {
  const book = read();
  const news = (answer: string): boolean => !isKnownAnswer(book, answer);
  assert.deepEqual(['jack=12', 'jack='].map(news), [true, true]);
  enterLine(book, ledgerLine({ purchase: 'p1', keys: ['jack='] }));
  assert.deepEqual(['jack=12', 'jack='].map(news), [true, false]);
  assert.equal(idNamedFor(book, 'jack'), '');
  enterLine(book, jack);
  assert.deepEqual(['jack=12', 'jack=', 'jack=99'].map(news), [false, false, true]);
  enterLine(book, ledgerLine({ purchase: 'p2', keys: ['jack=99'], ids: ['99'] }));
  assert.deepEqual(['jack=12', 'jack=', 'jack=99'].map(news), [true, false, false]);
  assert.deepEqual([idNamedFor(book, 'jack'), idNamedFor(book, 'jill')], ['99', undefined]);
});

test('posts are told apart by the account they came for; those of open purchases are not known', () => {
  const line = ledgerLine({ ...ofJill, purchase: 'p1', ids: ['31', '32'], newResources: 2, cost: 10_000 });
  const others = { ...line, purchase: 'p2', keys: ['jack'], ids: ['41', '42'] };
  const book = read(line, others, { ...line, purchase: 'p3', ids: ['33', '34'] }, reserved('p4', ofJill));
  assert.deepEqual([...postsPaidFor(book, 'jill')], ['31', '32', '33', '34']);
  assert.deepEqual([...postsPaidFor(book, 'jack')], ['41', '42']);
  assert.equal(postsPaidFor(book, 'jac').size, 0);
  assert.deepEqual(
    [isAnswered(book, 'jill'), isPaid(book, 'tweet', '31'), isPaid(book, 'user', '31')],
    [false, true, false],
  );
});
