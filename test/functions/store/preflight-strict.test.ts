import { parseAccounts } from '../../../functions/config/accounts.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { figuresOf } from '../../../functions/billing/book.ts';
import { isRetryable, type RunError } from '../../../functions/failure.ts';
import type { InfluxReply } from '../../../functions/store/influxdb.ts';
import { type Known, readKnown } from '../../../functions/store/preflight.ts';
import { influxReply, openDeadline, runErrorOf, storeOf, type StoredRow, stubInfluxDb, termsOf } from '../fixtures.ts';
import { latchRow, ledgerRow, profileRow } from './stored.ts';

const noon = Date.parse('2026-11-23T12:00:00Z');
const time = '2026-11-23T12:00:00.000000001Z';
const app = 'default';

function read(rows: readonly StoredRow[]): Promise<Known> {
  const span = { runMs: 30_000, strangers: parseAccounts('jack').accounts };
  return readKnown(storeOf(stubInfluxDb(rows)), app, termsOf({ accounts: ['jack'] }), span, openDeadline());
}

/** That nothing is read, and the operator is told which line is to go, and how. */
function assertRefused({ failure, message }: RunError, measurement: string, problem: string, at = time): void {
  assert.deepEqual([failure.reason, isRetryable(failure)], ['store_refused', false]);
  const statement = `DELETE FROM "${measurement}" WHERE "app" = '${app}' AND time = '${at}'`;
  assert.equal(
    message,
    `${measurement} has a line that is not ours (${problem}): nothing is bought until it is gone, by ${statement}`,
  );
}

const purpose = 'its resource and state are not those of a purchase';
const counts = 'its count or its cost is not a whole number of 0 or more';
const ids = 'its ids are not as many as its count';
const notOfX = 'its ids are not those of X';
const keys = 'its keys are not as many as its count';
const cost = 'its cost is not that of its count';
const reserved = { state: 'reserved', keys: 'jack,jill', ids: '', new_resources: 2, cost_microusd: 20_000 };

const lines: Readonly<Record<string, readonly [columns: Readonly<Record<string, unknown>>, problem: string]>> = {
  'that names no resource': [{ resource: null }, purpose],
  'of another resource': [{ resource: 'list' }, purpose],
  'in another state': [{ state: 'cancelled' }, purpose],
  'of before, its state a field and no tag': [{ state: null, purchase: null, batch: 0 }, purpose],
  'of before, without a purchase': [{ purchase: null }, 'it names no purchase'],
  'with an empty purchase': [{ purchase: '' }, 'it names no purchase'],
  'with a purchase that is a number': [{ purchase: 7 }, 'it names no purchase'],
  'with a negative cost': [{ cost_microusd: -10_000 }, counts],
  'with a cost that is a text': [{ cost_microusd: '10000' }, counts],
  'with a cost that is a fraction': [{ cost_microusd: 0.01 }, counts],
  'with a cost that no number can hold': [{ cost_microusd: 2 ** 63 }, counts],
  'with a cost of a billion dollars': [{ cost_microusd: 1_000_000_000_000_000 }, counts],
  'without a cost': [{ cost_microusd: null }, counts],
  'with a negative count': [{ new_resources: -1 }, counts],
  'with a count that is a fraction': [{ new_resources: 0.5 }, counts],
  'with a count that is a text': [{ new_resources: '1' }, counts],
  'without a count': [{ new_resources: null }, counts],
  'without the ids of its count': [{ ids: '' }, ids],
  'with more ids than its count': [{ ids: '12,13' }, ids],
  'with one id twice': [{ ids: '12,12', new_resources: 2, cost_microusd: 20_000 }, ids],
  'with ids that are none': [{ ids: 'jack' }, notOfX],
  'with an id that is a path': [{ ids: '../../1.1/account' }, notOfX],
  'with ids that are a number': [{ ids: 12 }, ids],
  'with a cost for nothing': [{ ids: '', new_resources: 0 }, cost],
  'with a cost of parts of a micro-dollar': [{ ids: '12,13', new_resources: 2, cost_microusd: 10_001 }, cost],
  'without the word whether it is the owner’s': [{ owned: null }, 'it lacks a field'],
  'settled with keys that say nothing': [{ keys: 'jack' }, 'its keys do not say which profiles came'],
  'reserved for profiles of nobody': [{ ...reserved, keys: '' }, keys],
  'reserved for more profiles than it names': [{ ...reserved, keys: 'jack' }, keys],
  'reserved for fewer profiles than it names': [{ ...reserved, new_resources: 1 }, keys],
  'reserved at a negative cost': [{ ...reserved, cost_microusd: -1 }, counts],
  'reserved with ids that are none': [{ ...reserved, ids: 'x' }, notOfX],
};

for (const [what, [columns, problem]] of Object.entries(lines)) {
  test(`a ledger line ${what} is not passed over`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: noon });
    const others = ['p0', 'p2'].map((purchase) => ledgerRow({ purchase }));
    const error = await runErrorOf(read([...others, ledgerRow(columns), ...others]));
    assertRefused(error, 'twitter_ledger', problem);
  });
}

for (const [what, columns] of Object.entries({
  'settled without its reservation': {},
  'settled to nothing': { keys: '', ids: '', new_resources: 0, cost_microusd: 0 },
  'of a resource that is free': { cost_microusd: 0 },
  'settled with an account without a profile': { keys: 'jack=12,nobody=' },
  'settled with ids that nobody asked for': { ids: '12,99', new_resources: 2, cost_microusd: 20_000 },
  reserved,
  'reserved for posts of one account': { ...reserved, resource: 'tweet', keys: 'jack', new_resources: 20 },
  'of the largest amount there is': { cost_microusd: 999_999_999_999_999 },
})) {
  test(`a ledger line ${what} is one`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: noon });
    const { books } = await read([ledgerRow(columns)]);
    const book = books.get('2026-11-23');
    assert.ok(book !== undefined && Object.values(figuresOf(book)).every(Number.isSafeInteger));
  });
}

test('a ledger of over a million and a half names and ids is not read further: no memory is planned for it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: noon });
  const count = 100_000;
  const rows = Array.from({ length: 15 }, (_, row) => {
    const ids = Array.from({ length: count }, (__, index) => String(row * count + index)).join(',');
    const costs = { new_resources: count, cost_microusd: count * 5000 };
    return ledgerRow({ resource: 'tweet', purchase: `p${row}`, keys: 'jack', ids, ...costs });
  });
  const book = (await read(rows.slice(1))).books.get('2026-11-23');
  assert.equal(book?.paid.tweet.size, 1_400_000);
  const { failure, message } = await runErrorOf(read(rows));
  assert.deepEqual([failure.reason, isRetryable(failure)], ['store_refused', false]);
  assert.match(message, /more than 1500000 names and ids/);
});

const noTime = 'its until is not a time';
for (const [what, row, problem] of [
  ['of no reason', latchRow('', 0, time), noTime],
  ['of an unknown reason', latchRow('nothing', 0, time), noTime],
  ['whose end is behind all time', latchRow('spend_cap', 1e13, time), noTime],
  ['whose end is before all time', latchRow('spend_cap', -1, time), noTime],
  ['whose end is a fraction', latchRow('spend_cap', 1.5, time), noTime],
  ['whose end is a text', latchRow('spend_cap', '1', time), noTime],
  ['without an end', latchRow('spend_cap', null, time), noTime],
] as const) {
  test(`a latch ${what} is not passed over`, async (t) => {
    t.mock.timers.enable({ apis: ['Date'], now: noon });
    assertRefused(await runErrorOf(read([latchRow('usage_cap', 0), row])), 'twitter_latch', problem);
  });
}

test('the last second that a date can have is one, as X may name it', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: noon });
  const ends = [8_640_000_000_000, Date.parse('9999-12-31T00:00:00Z') / 1000];
  for (const until of ends) {
    const [latch] = (await read([latchRow('spend_cap', until)])).latches;
    assert.equal(latch?.until, until * 1000);
    assert.doesNotThrow(() => new Date(latch.until).toISOString());
  }
});

const whole = [0, 1, 2].map((id) => `${JSON.stringify({ results: [{ statement_id: id }] })}\n`);
for (const [what, text] of Object.entries({
  'without the ledger': `${whole[1] ?? ''}${whole[2] ?? ''}`,
  'without the latches': `${whole[0] ?? ''}${whole[2] ?? ''}`,
  'without the identities': `${whole[0] ?? ''}${whole[1] ?? ''}`,
  'without anything': '{"results":[]}',
  'with a ledger that goes on': `${influxReply({ partial: true }).text}${whole[1] ?? ''}${whole[2] ?? ''}`,
  'that is cut off': whole.join('').slice(0, -5),
})) {
  test(`an answer ${what} is no answer: what is bought is not known`, async () => {
    const reply: InfluxReply = { status: 200, text };
    const store = storeOf({ ...stubInfluxDb(), query: () => Promise.resolve(reply) });
    const deadline = { ...openDeadline(), endsAt: Date.now() + 60 };
    const known = readKnown(
      store,
      app,
      termsOf(),
      { runMs: 30_000, strangers: parseAccounts('jack').accounts },
      deadline,
    );
    assert.equal((await runErrorOf(known)).failure.reason, 'store_unavailable');
  });
}

for (const row of [
  ledgerRow({ time: null }),
  ledgerRow({ time: 1e300 }),
  latchRow('spend_cap', 0, 'noon'),
  profileRow('12', 'jack', '?'),
]) {
  test(`a point of ${row.measurement} at ${JSON.stringify(row.columns['time'])} is nothing of InfluxDB's`, async () => {
    const { failure } = await runErrorOf(read([row, row]));
    assert.equal(failure.reason, 'store_unavailable');
  });
}

test('a page with more rows than were asked for is no answer, and no further page is asked for', async () => {
  const influxdb = stubInfluxDb(Array.from({ length: 20_001 }, (_, id) => profileRow(String(id + 1), 'jack')));
  const span = { runMs: 30_000, strangers: parseAccounts('jack').accounts };
  const error = await runErrorOf(
    readKnown(storeOf(influxdb), app, termsOf({ accounts: ['jack'] }), span, openDeadline()),
  );
  assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
  assert.equal(influxdb.statements.length, 3);
});
