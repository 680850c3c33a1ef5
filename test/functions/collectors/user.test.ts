import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AskX, Collecting, XRequest } from '../../../functions/collectors/collector.ts';
import { toUserMeasurement, user } from '../../../functions/collectors/user.ts';
import { parseAccounts } from '../../../functions/config/accounts.ts';
import { type Finding, RunError } from '../../../functions/failure.ts';
import type { Measurement } from '../../../functions/measurement.ts';
import { answerOf } from '../fixtures.ts';

const time = Date.parse('2026-11-23T01:40:00Z');

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `name${index}`);
}

/** The collector's work for these accounts against an X made of a function, and all that came of it. */
async function collectFrom(
  list: string,
  ask: (request: XRequest) => unknown,
): Promise<{ asked: string[]; points: Measurement[]; resources: string[]; findings: Finding[] }> {
  const result = {
    asked: [] as string[],
    points: [] as Measurement[],
    resources: [] as string[],
    findings: [] as Finding[],
  };
  const askX: AskX = async (request) => {
    result.asked.push(request.query['usernames'] ?? request.query['ids'] ?? '');
    await Promise.resolve();
    return answerOf(ask(request), { date: time });
  };
  const collecting: Collecting = {
    time,
    ask: (request) => askX(request, { endsAt: Infinity, signal: new AbortController().signal }),
    deliver: (measurements, resourceIds) => {
      result.points.push(...measurements);
      result.resources.push(...resourceIds);
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

test('names and ids are requests of their own, of at most a hundred each', () => {
  const { accounts } = parseAccounts([...namesOf(201), 'id:1', 'id:2'].join(','));
  const requests = user.requestsFor(accounts);
  assert.deepEqual(
    requests.map(({ path, query }) => [
      path,
      (query['usernames'] ?? query['ids'])?.split(',').length,
      query['user.fields'],
    ]),
    [
      ['users/by', 100, 'public_metrics'],
      ['users/by', 100, 'public_metrics'],
      ['users/by', 1, 'public_metrics'],
      ['users', 2, 'public_metrics'],
    ],
  );
  assert.deepEqual(
    requests.map(({ query }) => Object.keys(query).length),
    [2, 2, 2, 2],
  );
  assert.deepEqual(user.requestsFor([]), []);
});

test('no expansion is asked for, since X bills its resources apart', () => {
  const [request] = user.requestsFor(parseAccounts('jack').accounts);
  assert.deepEqual(request, { path: 'users/by', query: { usernames: 'jack', 'user.fields': 'public_metrics' } });
});

test('everything X answered with is a resource, asked for or not', async () => {
  const data = [
    { id: '12', username: 'jack', public_metrics: { followers_count: 1 } },
    { id: '13', username: 'stranger' },
  ];
  const { points, resources } = await collectFrom('jack', () => ({ data }));
  assert.deepEqual([points.length, resources], [1, ['12', '13']]);
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
