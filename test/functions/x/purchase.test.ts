import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import type { AskX, XReply } from '../../../functions/x/answer.ts';
import { figuresNow } from '../../../functions/x/budget.ts';
import { askingInTurn, replyOf, runErrorOf, stubInfluxDb } from '../fixtures.ts';
import { byName, nextTurn, noon, posts, prices, profiles, wayOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date', 'setTimeout'], now: noon });
});

const jack = replyOf({ data: [{ id: '12' }] });

function unanswered(): RunError {
  return new RunError({ reason: 'upstream_error', detail: 'sent, not answered' }, { mayCost: true });
}

/** A point of the ledger in a word and a number. */
function lineOf({ measurement, tags, fields }: Point): string {
  return `${measurement} ${tags['state'] ?? ''} ${fields['cost_microusd'] ?? ''}`;
}

test('money is held in the store before X is asked, and settled after', async () => {
  const seen: string[] = [];
  const inner = stubInfluxDb();
  const influxdb: typeof inner = {
    ...inner,
    async write(points, deadline) {
      await nextTurn();
      seen.push(...points.map(lineOf));
      return inner.write(points, deadline);
    },
  };
  const askX: AskX = () => (seen.push('asked'), Promise.resolve(jack));
  const { buy, written } = wayOf(askX, { influxdb });
  assert.deepEqual(await buy(profiles(['jack']), byName), ['12']);
  await written();
  assert.deepEqual(seen, ['twitter_ledger reserved 10000', 'asked', 'twitter_ledger settled 10000']);
});

test('where the money cannot be held X is not asked, and nothing counts as spent', async () => {
  const influxdb = { ...stubInfluxDb(), write: () => Promise.resolve({ status: 403, text: '' }) };
  const { buy, asked, way } = wayOf(askingInTurn([]), { influxdb });
  const { failure } = await runErrorOf(buy(profiles(['jack']), byName));
  assert.equal(failure.reason, 'store_refused');
  const { spent, held } = figuresNow(way.budget) ?? {};
  assert.deepEqual([asked.requests, spent, held], [0, 0, 0]);
});

test('what the budget does not allow is not asked for', async () => {
  const { buy, asked } = wayOf(askingInTurn([]), { terms: { budget: prices.user - 1 } });
  assert.equal(await buy(profiles(['jack']), byName), undefined);
  assert.equal(asked.requests, 0);
});

const neverLeft = new RunError({ reason: 'upstream_error', detail: 'no connection' });
const free: Readonly<Record<string, XReply | Error>> = {
  'a request that never left': neverLeft,
  ...Object.fromEntries(
    [103, 204, 205, 302, 304, 400, 401, 403, 404, 429, 500, 503].map((status) => [
      `an answer of ${status}`,
      replyOf('', { status }),
    ]),
  ),
  'an answer without anything in it': replyOf({ data: [] }),
};
const held: Readonly<Record<string, XReply | Error>> = {
  'a request that was sent and not answered': unanswered(),
  'a page with 200': replyOf('<html>'),
  'an answer that was cut': replyOf('{"data":[{"id":"12"'),
  'an answer of another shape': replyOf([]),
  'an error of the program': new TypeError('a bug'),
};

for (const [cost, cases] of [
  [0, free],
  [prices.user, held],
] as const) {
  for (const [what, outcome] of Object.entries(cases)) {
    test(`${what} ${cost === 0 ? 'costs nothing' : 'may have been charged: the money stays held'}, and holds up nobody`, async () => {
      const { buy, way, asked } = wayOf(askingInTurn([outcome]));
      await buy(profiles(['jack']), byName).catch((error: unknown) => {
        assert.ok(error instanceof RunError || error === outcome);
      });
      assert.deepEqual([figuresNow(way.budget)?.held, figuresNow(way.budget)?.spent], [cost, 0]);
      assert.deepEqual([way.budget.underWay, way.requests.taken, asked.requests], [0, 0, 1]);
    });
  }
}

test('an answer whose reading fails, or that has entries nobody can read, stays held', async () => {
  const bad = new RunError({ reason: 'bad_answer', detail: 'no list' }, { status: 200 });
  const reads = [
    () => {
      throw bad;
    },
    () => ({ value: ['12'], ids: ['12'], answered: ['jack=12'], unreadable: 1 }),
  ];
  for (const read of reads) {
    const { buy, way } = wayOf(askingInTurn([jack]));
    const outcome = await buy(profiles(['jack']), byName, read).catch((error: unknown) => error);
    assert.ok(outcome === bad || Array.isArray(outcome));
    assert.deepEqual([figuresNow(way.budget)?.held, way.budget.underWay], [prices.user, 0]);
  }
});

test('where nothing was held, what can be read of an answer is entered though not all of it can', async () => {
  const { buy, way } = wayOf(askingInTurn([jack]));
  const read = () => ({ value: [], ids: ['12', '13'], answered: [], unreadable: 1 });
  await buy(profiles([], { min: 0 }), byName, read);
  assert.deepEqual([figuresNow(way.budget)?.spent, way.budget.newResources], [2 * prices.user, 2]);
});

test('where more came than money is held for, what can be read is entered, and the money stays held for the rest', async () => {
  for (const [want, ids] of [
    [profiles(['jack']), ['12', '13', '14']],
    [posts('jack', { max: 5 }), ['101', '102', '103', '104', '105']],
  ] as const) {
    const { buy, way } = wayOf(askingInTurn([jack]));
    const read = () => ({
      value: ids,
      ids,
      answered: want.resource === 'user' ? ['jack=12'] : ['jack'],
      unreadable: 1,
    });
    assert.equal(await buy(want, byName, read), ids);
    const { spent, held } = figuresNow(way.budget) ?? {};
    assert.deepEqual([spent, held], [ids.length * want.price, want.max * want.price]);
    assert.equal(way.budget.underWay, 0);
  }
});
