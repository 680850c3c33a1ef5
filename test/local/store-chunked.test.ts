import { parseAccounts } from '../../functions/config/accounts.ts';
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ledgerQuestion } from '../../functions/store/ledger.ts';
import { readKnown } from '../../functions/store/preflight.ts';
import { openDeadline, storeOf, stubInfluxDb, termsOf } from '../functions/fixtures.ts';
import { type Pair, startPair } from './store-pair.ts';

/** Seconds since 1970. */
const day = 1_795_824_000;
const ledger = 'twitter_ledger,app=default,resource';
const lines = [
  ...numbers(12).map((at) => `f,id=${at % 3},name=${at % 2} n=${at}i ${at}`),
  'g,id=9 s="text" 1',
  'h,id=8 s="text" 1',
  'h,id=7 s="text" 2',
  'h,id=6 s="text" 3',
  ...numbers(10_001).map((at) => `long,id=2 n=${at}i ${at}`),
  ...numbers(10_000).map((at) => `long,id=1 n=${at}i ${20_000 + at}`),
  ...numbers(2).map((at) => `long,id=3 n=${at}i ${at}`),
  `${ledger}=user,state=reserved purchase="a",keys="jack,id:12",new_resources=2i,cost_microusd=20000i ${day}123456789`,
  `${ledger}=user,state=settled purchase="a",keys="jack=12,nasa=",ids="12",new_resources=1i,cost_microusd=10000i ${day}123456789`,
  `${ledger}=tweet,state=reserved purchase="b",keys="nasa",new_resources=5i,cost_microusd=5000i,owned=1i ${day}123456790`,
  `${ledger}=tweet,state=settled purchase="b",keys="nasa",ids="7,8",new_resources=2i,cost_microusd=2000i,owned=1i ${day}123456790`,
  `twitter_ledger,app=other,resource=user,state=settled purchase="c",keys="" ${day}123456791`,
  `twitter_latch,app=default,reason=spend_cap until=0i ${day}000000000`,
  `twitter_latch,app=default,reason=usage_cap until=1795996800i ${day}000000001`,
  `twitter_latch,app=default,reason=usage_cap until=0i ${day}000000002`,
  `twitter_user,user_id=12,username=jack followers_count=1i ${day}000000000`,
  `twitter_user,user_id=12,username=jack2 followers_count=2i ${day + 900}000000000`,
  `twitter_user,user_id=11,username=nasa followers_count=3i ${day}000000000`,
];

const dayLedger = ledgerQuestion('default', ['2026-11-28', '2026-11-29'], 0);
const latchQuestion = `SELECT last("until") AS "until" FROM "twitter_latch" WHERE "app" = 'default' AND time >= ${day}000ms GROUP BY "reason"`;
const userQuestion = `SELECT last("followers_count") FROM "twitter_user" WHERE time >= ${day}000ms GROUP BY "user_id", "username"`;

const questions = [
  'SELECT n FROM f',
  'SELECT n FROM f LIMIT 3',
  'SELECT n FROM f LIMIT 5 OFFSET 2',
  'SELECT n, "name" FROM f ORDER BY time DESC',
  'SELECT n FROM f GROUP BY id',
  'SELECT * FROM f GROUP BY *',
  'SELECT n FROM f WHERE n > 99',
  'SELECT n FROM nowhere',
  'SELECT last(n) FROM f GROUP BY id',
  'SELECT count(n) FROM f WHERE time >= 0 AND time < 12 GROUP BY time(2ns), id',
  'SELECT n FROM f; SELECT n FROM nowhere; SELECT s FROM g; SELECT last(n) FROM f GROUP BY id',
  'SHOW DATABASES; SHOW MEASUREMENTS; SHOW TAG VALUES WITH KEY = "id"; SHOW TAG VALUES FROM f WITH KEY = "no"',
  'SELECT n FROM f LIMIT 3; SELECT sum(s) FROM g; SELECT n FROM f; SELECT n FROM f',
  ';',
  `${dayLedger.replace('LIMIT', `AND "state" = 'settled' LIMIT`)}; ${latchQuestion}; ${userQuestion}`,
  `${dayLedger.replace(/LIMIT.*/, `AND "state" = 'reserved' LIMIT 1 OFFSET 1`)}; ${latchQuestion}; ${userQuestion} SLIMIT 1 SOFFSET 1`,
];

describe('chunked=true is answered as InfluxDB 1.6 does', () => {
  let pair: Pair;

  before(async () => {
    pair = await startPair(lines, 'ns');
  });
  after(() => pair.close());

  for (const q of questions) {
    test(q, async () => {
      for (const chunk_size of ['', '1', '2', '3', '4', '5', '12']) await compare(q, { chunked: 'true', chunk_size });
    });
  }

  for (const q of ['SELECT n FROM long', 'SELECT n FROM long GROUP BY id', 'SELECT n FROM long LIMIT 10000']) {
    test(`${q} in parts of the usual size, and whole`, async () => {
      await compare(q, { chunked: 'true' });
      await compare(q, {});
      assert.equal(await countLines(q), q.endsWith('id') ? 4 : q.endsWith('0') ? 1 : 3);
    });
  }

  test('what counts as chunked and as a size', async () => {
    for (const chunk_size of ['0', '-1', '+2', ' 2', '2.0', 'x', '99999999999999999999']) {
      await compare('SELECT n FROM long', { chunked: 'true', chunk_size });
    }
    for (const chunked of ['TRUE', '1', 'false', '']) await compare('SELECT n FROM f', { chunked, chunk_size: '2' });
  });

  test('what the function asks before it pays', async () => {
    const influxdb = stubInfluxDb();
    await readKnown(
      storeOf(influxdb),
      'other',
      termsOf(),
      { runMs: 30_000, strangers: parseAccounts('jack').accounts },
      openDeadline(),
    );
    assert.equal(influxdb.statements.length, 3);
    await compare(influxdb.statements.join('; '), { chunked: 'true' });
  });

  test('the two lines of a purchase are there, whichever comes first', async () => {
    const [real, store] = [await readRows(pair.real), await readRows(pair.store)];
    assert.deepEqual(store, real);
    assert.equal(store.length, 4);
    assert.match(store[0] ?? '', /^\["2026-11-28T00:00:00\.123456789Z","user","reserved"/);
  });

  async function compare(q: string, parameters: Record<string, string>): Promise<void> {
    assert.deepEqual(
      await pair.store.ask(q, parameters),
      await pair.real.ask(q, parameters),
      JSON.stringify(parameters),
    );
  }

  async function countLines(q: string): Promise<number> {
    return (await pair.store.ask(q, { chunked: 'true' })).body.trimEnd().split('\n').length;
  }

  async function readRows({ ask }: Pair['store']): Promise<string[]> {
    const { body } = await ask(dayLedger, { chunked: 'true' });
    const answer = JSON.parse(body) as { results: [{ series: [{ values: unknown[] }] }] };
    return answer.results[0].series[0].values.map((row) => JSON.stringify(row)).sort();
  }
});

function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}
