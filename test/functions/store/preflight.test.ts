import { parseAccounts } from '../../../functions/config/accounts.ts';
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { figuresOf } from '../../../functions/billing/book.ts';
import type { Latch } from '../../../functions/billing/latch.ts';
import type { Reason } from '../../../functions/failure.ts';
import type { InfluxDb } from '../../../functions/store/influxdb.ts';
import { ledgerQuestion } from '../../../functions/store/ledger.ts';
import { type Known, latchPoint, newerLatches, readKnown } from '../../../functions/store/preflight.ts';
import { openDeadline, storeOf, type StoredRow, stubInfluxDb, termsOf } from '../fixtures.ts';
import { latchRow, ledgerRow, profileRow } from './stored.ts';

const noon = Date.parse('2026-11-23T12:00:00Z');
const hourMs = 3_600_000;

function read(
  t: TestContext,
  influxdb: InfluxDb,
  { now = noon, strangers = parseAccounts('jack').accounts, runMs = 30_000 } = {},
): Promise<Known> {
  t.mock.timers.enable({ apis: ['Date'], now });
  const terms = termsOf({ accounts: ['jack'] });
  return readKnown(storeOf(influxdb), 'acme', terms, { runMs, strangers }, openDeadline());
}

/** An InfluxDB that answers with the rows of the page that is asked for, series or rows alike. */
function paged(rows: readonly StoredRow[]): InfluxDb & { asked: string[] } {
  const asked: string[] = [];
  return {
    ...stubInfluxDb(),
    asked,
    query(text, epoch, deadline) {
      asked.push(text);
      const page = text.split('; ').flatMap((statement) => {
        const [, limit = 0, offset = 0] = (/LIMIT (\d+) S?OFFSET (\d+)$/.exec(statement) ?? []).map(Number);
        const matching = rows.filter(({ measurement }) => statement.includes(`FROM "${measurement}"`));
        return matching.slice(offset, offset + limit);
      });
      return stubInfluxDb(page).query(text, epoch, deadline);
    },
  };
}

test('ledger, latches and identities are read in one request', async (t) => {
  const influxdb = stubInfluxDb([ledgerRow(), latchRow('spend_cap', 1_800_000_000), profileRow('12', 'Jack')]);
  const query = t.mock.method(influxdb, 'query');
  const known = await read(t, influxdb);
  assert.equal(query.mock.callCount(), 1);
  assert.equal(query.mock.calls[0]?.arguments[1], undefined, 'times to the nanosecond');
  assert.deepEqual([...known.books.keys()], ['2026-11-23']);
  const book = known.books.get('2026-11-23');
  assert.ok(book !== undefined);
  assert.deepEqual(figuresOf(book), { spent: 10_000, held: 0, setAside: 0, left: 990_000, budget: 1_000_000 });
  const askedAt = noon - hourMs;
  assert.deepEqual(known.latches, [{ reason: 'spend_cap', until: 1_800_000_000_000, askedAt }]);
  assert.deepEqual(
    [...known.identities].map(([key, { id, username }]) => [key, id, username]),
    [
      ['jack', '12', 'Jack'],
      ['id:12', '12', 'Jack'],
    ],
  );
});

test('identities are read only where they are wanted', async (t) => {
  const influxdb = stubInfluxDb([profileRow('12', 'jack')]);
  const known = await read(t, influxdb, { strangers: [] });
  assert.equal(known.identities.size, 0);
  assert.deepEqual(
    influxdb.statements.map((statement) => /FROM "(\w+)"/.exec(statement)?.[1]),
    ['twitter_ledger', 'twitter_latch'],
  );
});

test('nothing is stored: nothing is bought, nothing is latched, nobody is known', async (t) => {
  const { books, latches, identities } = await read(t, stubInfluxDb());
  assert.equal(books.get('2026-11-23')?.spent, 0);
  assert.deepEqual([latches, identities.size], [[], 0]);
});

test('a run that can go on past midnight reads the ledger of both days', async (t) => {
  const lines = ['2026-11-23T23:59:00Z', '2026-11-24T00:00:30.5Z'].map((time, index) =>
    ledgerRow({ time, purchase: `p${index}`, ids: `${index}` }),
  );
  const influxdb = stubInfluxDb(lines);
  const { books } = await read(t, influxdb, { now: Date.parse('2026-11-23T23:58:40Z') });
  assert.deepEqual(
    [...books].map(([day, { paid }]) => [day, [...paid.user.keys()]]),
    [
      ['2026-11-23', ['0']],
      ['2026-11-24', ['1']],
    ],
  );
});

test('latches of the last 40 days are asked for, the newest point of each, of this app alone', async (t) => {
  const influxdb = stubInfluxDb();
  await read(t, influxdb);
  const question = `SELECT last("until") AS "until" FROM "twitter_latch" WHERE "app" = 'acme' AND time >= ${noon - 40 * 24 * hourMs}ms GROUP BY "reason"`;
  assert.equal(influxdb.statements[1], question);
});

test('a latch that was cleared comes with the others, and is read as it was written', async (t) => {
  const latch: Latch = { reason: 'usage_cap', until: 0, askedAt: noon - 1 };
  assert.deepEqual(latchPoint('acme', latch), {
    measurement: 'twitter_latch',
    tags: { app: 'acme', reason: 'usage_cap' },
    fields: { until: 0 },
    time: noon - 1,
  });
  const { latches } = await read(t, stubInfluxDb([latchRow('usage_cap', 0, '2026-11-23T11:59:59.999Z')]));
  assert.deepEqual(latches, [latch]);
});

test('the end of a latch is never written earlier than it is', () => {
  assert.deepEqual(latchPoint('acme', { reason: 'spend_cap', until: 1001, askedAt: 5 }).fields, { until: 2 });
});

test('a name belongs to the account that was seen under it last, an id to the name it had last', async (t) => {
  const rows = [
    profileRow('13', 'jack', '2026-11-23T10:00:00Z'),
    profileRow('12', 'jack', '2026-11-20T10:00:00Z'),
    profileRow('12', 'Jim', '2026-11-22T10:00:00.5Z'),
    profileRow('12', 'joe', '2026-11-22T10:00:00Z'),
  ];
  const { identities } = await read(t, stubInfluxDb(rows));
  assert.equal(identities.get('jack')?.id, '13');
  assert.equal(identities.get('id:12')?.username, 'Jim');
  assert.deepEqual(
    [identities.get('jim'), identities.get('joe')].map((each) => each?.id),
    ['12', '12'],
  );
});

for (const [what, tags] of Object.entries({
  'an id that is a path': { user_id: '../../1.1/account', username: 'jack' },
  'an id with a query': { user_id: '12/tweets?max_results=100&x=', username: 'jack' },
  'an id with a line break': { user_id: '12\n', username: 'jack' },
  'no id': { username: 'jack' },
  'an empty id': { user_id: '', username: 'jack' },
  'an id that is too long': { user_id: '1'.repeat(20), username: 'jack' },
  'a name that is none': { user_id: '12', username: "jack' OR 'a'='a" },
  'an empty name': { user_id: '12', username: '' },
  'no name': { user_id: '12' },
})) {
  test(`a profile with ${what} is nobody's: it gets into no path of X`, async (t) => {
    const strange = { measurement: 'twitter_user', tags, columns: { time: '2026-11-23T11:00:00Z', last: 1 } };
    const { identities } = await read(t, stubInfluxDb([strange, profileRow('20', 'jill')]));
    assert.deepEqual([...identities.keys()], ['jill', 'id:20']);
  });
}

test('of a few accounts alone the names and ids are asked for, and no whole database is read', async (t) => {
  const influxdb = stubInfluxDb();
  await read(t, influxdb, { strangers: parseAccounts('Jo_1, id:12, id:13').accounts });
  const condition = `("username" =~ /^([jJ][oO]_1)$/ OR "user_id" =~ /^(12|13)$/)`;
  assert.ok(influxdb.statements.at(-1)?.includes(` AND ${condition} GROUP BY`), influxdb.statements.at(-1));
});

test('many identities are read page by page', async (t) => {
  const influxdb = paged(Array.from({ length: 40_001 }, (_, index) => profileRow(`${index}`, `name${index}`)));
  const strangers = parseAccounts(Array.from({ length: 21 }, (_, index) => `name${index}`).join()).accounts;
  const { identities } = await read(t, influxdb, { strangers });
  assert.equal(identities.size, 2 * 40_001);
  assert.deepEqual(
    influxdb.asked.map((text) => /SOFFSET (\d+)$/.exec(text)?.[1]),
    ['0', '20000', '40000'],
  );
  const question = influxdb.asked[1] ?? '';
  assert.match(
    question,
    new RegExp(
      `^SELECT last\\("followers_count"\\) FROM "twitter_user" WHERE time >= ${noon - 40 * 24 * hourMs}ms GROUP BY "user_id", "username" `,
    ),
  );
});

test('a ledger of many lines is read to its end', async (t) => {
  const lines = Array.from({ length: 9000 }, (_, index) => ledgerRow({ purchase: `p${index}`, ids: `${index}` }));
  const influxdb = paged(lines);
  const { books } = await read(t, influxdb, { strangers: [] });
  assert.equal(books.get('2026-11-23')?.paid.user.size, 9000);
  const pages = [0, 1, 2].map((page) => ledgerQuestion('acme', ['2026-11-23'], page));
  assert.deepEqual(
    influxdb.asked.map((text) => text.split(';')[0]),
    pages,
  );
});

test('of what the process knows and what the store does, of each latch the newer counts, as long as it stands', () => {
  const latch = (reason: Reason, askedAt: number, until = noon + hourMs): Latch => ({ reason, until, askedAt });
  const merged = (known: readonly Latch[], stored: readonly Latch[]): unknown[] =>
    [...newerLatches(new Map(known.map((each) => [each.reason, each])), stored, noon)].map(([reason, each]) => [
      reason,
      each.askedAt,
    ]);
  const [old, newer] = [latch('spend_cap', 1), latch('spend_cap', 2)];
  const [cleared, over] = [latch('spend_cap', 3, 0), latch('spend_cap', 3, noon)];
  assert.deepEqual(merged([newer], []), [['spend_cap', 2]], 'a latch that could not be written');
  assert.deepEqual(merged([], [newer]), [['spend_cap', 2]], 'a latch of another process, or of one before');
  assert.deepEqual(merged([newer], [old]), [['spend_cap', 2]]);
  assert.deepEqual(merged([old], [newer]), [['spend_cap', 2]]);
  assert.deepEqual(merged([newer], [cleared]), [], 'cleared by another process');
  assert.deepEqual(merged([old], [over]), []);
  assert.deepEqual(merged([latch('spend_cap', 4)], [cleared]), [['spend_cap', 4]]);
  assert.deepEqual(merged([old], [latch('usage_cap', 1)]), [
    ['spend_cap', 1],
    ['usage_cap', 1],
  ]);
});
