import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Collecting, XRequest } from '../../../functions/collectors/collector.ts';
import { toUserMeasurement, user } from '../../../functions/collectors/user.ts';
import { parseAccounts } from '../../../functions/config/accounts.ts';
import { type Finding, RunError } from '../../../functions/failure.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { answerOf, configOf } from '../fixtures.ts';

const time = Date.parse('2026-11-23T01:40:00Z');

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `name${index}`);
}

/** What came of a collector's work. */
interface Result {
  readonly asked: string[];
  /** Accounts of each purchase, in the order in which money was asked for. */
  readonly wanted: string[];
  readonly points: Measurement[];
  readonly served: string[];
  readonly findings: Finding[];
  /** Ids settled and the accounts they were bought for. */
  readonly settled: string[];
  resources: number;
}

/** The collector's work for these accounts against an X made of a function; `affordable` profiles can be paid for. */
async function collectFrom(
  list: string,
  ask: (request: XRequest) => unknown,
  { known = [], affordable = Infinity }: { known?: readonly string[]; affordable?: number } = {},
): Promise<Result> {
  const result: Result = { asked: [], wanted: [], points: [], served: [], findings: [], settled: [], resources: 0 };
  const askX: Collecting['ask'] = async (request) => {
    result.asked.push(request.query['usernames'] ?? request.query['ids'] ?? '');
    await Promise.resolve();
    return answerOf(ask(request), { date: time });
  };
  const collecting: Collecting = {
    time,
    config: configOf(),
    ask: askX,
    async buy({ resource, keys, most, least, price }, requestFor) {
      assert.deepEqual([resource, most, least, price], ['user', keys.length, 1, 10_000]);
      result.wanted.push(keys.join());
      const granted = Math.min(most, affordable);
      if (granted < least) return undefined;
      const answer = await askX(requestFor(granted));
      return { answer, granted, settle: (ids, kept) => result.settled.push(`${ids.join()} for ${kept.join()}`) };
    },
    boughtToday: (_resource, key) => (known.includes(key) ? new Set() : undefined),
    identityOf: () => undefined,
    learnIdentity: () => undefined,
    deliver: ({ measurements, served, resources }) => {
      result.points.push(...measurements);
      result.served.push(...served);
      result.resources += resources;
    },
    note: (finding) => result.findings.push(finding),
  };
  await user.collect(collecting, parseAccounts(list).accounts);
  return result;
}

function profilesFor(request: XRequest): object {
  const names = (request.query['usernames'] ?? '').split(',');
  return {
    data: names.map((username, index) => ({ id: String(index + 1), username, public_metrics: { followers_count: 1 } })),
  };
}

const badRequest = new RunError('upstream_error', 'X answered 400', { retryable: false, status: 400 });

test('everything X answered with is a resource, asked for or not', async () => {
  const data = [
    { id: '12', username: 'jack', public_metrics: { followers_count: 1 } },
    { id: '13', username: 'stranger' },
  ];
  const { points, served, resources, settled } = await collectFrom('jack', () => ({ data }));
  assert.deepEqual([points.length, served, resources, settled], [1, ['jack'], 2, ['12,13 for jack']]);
});

test('what was bought today is asked for beside the rest, without money', async () => {
  const { asked, wanted, points, settled } = await collectFrom('name0, name1, name2', profilesFor, {
    known: ['name1'],
  });
  assert.deepEqual([asked, wanted, points.length], [['name1,name0,name2'], ['name0,name2'], 3]);
  assert.deepEqual(settled, ['1,2,3 for name1,name0,name2']);
  const again = await collectFrom('name0, name1', profilesFor, { known: ['name0', 'name1'] });
  assert.deepEqual([again.asked, again.wanted, again.points.length], [['name0,name1'], [], 2]);
});

for (const [affordable, asked] of [
  [1, ['name2,name0']],
  [0, ['name2']],
] as const) {
  test(`with money for ${affordable} of two profiles the others are named, what was bought today is read`, async () => {
    const result = await collectFrom('name0, name1, name2', profilesFor, { known: ['name2'], affordable });
    assert.deepEqual(result.asked, asked);
    assert.deepEqual(
      result.findings.map(({ account, reason, retryable }) => [account, reason, retryable]),
      ['name0', 'name1'].slice(affordable).map((account) => [account, 'budget', false]),
    );
    assert.equal(result.points.length, 1 + affordable);
  });
}

test('an answer with entries that are no user is not settled: they may have been billed', async () => {
  const data = [{ id: '12', username: 'jack', public_metrics: { followers_count: 1 } }, { id: 13 }];
  const { points, settled, findings } = await collectFrom('jack, jill', () => ({ data }));
  assert.deepEqual([points.length, settled], [1, []]);
  assert.deepEqual(
    findings.map(({ reason, retryable }) => [reason, retryable]),
    [['bad_answer', true]],
  );
});

test('a full batch with one value X does not like costs one account and at most fourteen requests more', async () => {
  for (const bad of ['name0', 'name50', 'name99']) {
    const { asked, points, findings } = await collectFrom(namesOf(100).join(','), (request) => {
      if ((request.query['usernames'] ?? '').split(',').includes(bad)) throw badRequest;
      return profilesFor(request);
    });
    assert.equal(points.length, 99);
    assert.deepEqual(
      findings.map(({ account, reason }) => [account, reason]),
      [[bad, 'upstream_error']],
    );
    assert.ok(asked.length <= 15, `${asked.length} requests`);
  }
});

test('where X likes no value at all it is not asked without end', async () => {
  const { asked, points, findings } = await collectFrom(namesOf(1000).join(','), () => {
    throw badRequest;
  });
  assert.ok(asked.length <= 24, `${asked.length} requests`);
  assert.deepEqual(points, []);
  assert.ok(findings.length > 0 && findings.every(({ reason }) => reason === 'upstream_error'));
});

test('several values that X names at once are left out at once', async () => {
  const complaints = ['The value [NAME1] is bad', 'The value [name3] is bad', 'odd'];
  const named = new RunError('upstream_error', 'X answered 400', { retryable: false, status: 400, complaints });
  const { asked, points, findings } = await collectFrom(namesOf(5).join(','), (request) => {
    if (request.query['usernames']?.includes('name1') === true) throw named;
    return profilesFor(request);
  });
  assert.deepEqual(asked, ['name0,name1,name2,name3,name4', 'name0,name2,name4']);
  assert.deepEqual(
    [points.length, findings.map(({ account, reason }) => [account, reason])],
    [
      3,
      [
        ['name1', 'unknown_account'],
        ['name3', 'unknown_account'],
      ],
    ],
  );
});

test('a batch whose every value X names is not asked for again', async () => {
  const complaints = ['The value [jack] is bad'];
  const { asked, findings } = await collectFrom('jack', () => {
    throw new RunError('upstream_error', 'X answered 400', { retryable: false, status: 400, complaints });
  });
  assert.deepEqual([asked, findings.length], [['jack'], 1]);
});

test('an error of the program is not taken for one of X', async () => {
  const broken = collectFrom('jack', () => {
    throw new TypeError('a bug');
  });
  await assert.rejects(broken, TypeError);
});

for (const count of [null, '5', 5.5, -1, Number.MAX_SAFE_INTEGER + 1, NaN, true, [5], { count: 5 }]) {
  test(`${JSON.stringify(count)} is no count`, () => {
    const metrics = { followers_count: count, listed_count: 3 };
    assert.deepEqual(toUserMeasurement({ id: '12', username: 'jack', metrics }, time)?.fields, { listed_count: 3 });
    assert.equal(
      toUserMeasurement({ id: '12', username: 'jack', metrics: { followers_count: count } }, time),
      undefined,
    );
  });
}
