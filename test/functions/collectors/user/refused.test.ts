import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RunError } from '../../../../functions/failure.ts';
import { collectUsers, namesOf, profilesFor, valuesIn } from '../world.ts';

/** X's 400, with its sentences about values. */
function badRequest(complaints: readonly string[] = []): RunError {
  return new RunError(
    { reason: 'upstream_error', detail: 'X answered 400', isFinal: true },
    { status: 400, complaints },
  );
}

test('a full batch with one value X does not like costs one account and at most fourteen requests more', async () => {
  for (const bad of ['name0', 'name50', 'name99']) {
    const { asked, points, failures } = await collectUsers(namesOf(100).join(','), (request) => {
      if (valuesIn(request).split(',').includes(bad)) throw badRequest();
      return profilesFor(request);
    });
    assert.equal(points.length, 99);
    assert.deepEqual(
      failures.map(({ account, reason }) => [account, reason]),
      [[bad, 'upstream_error']],
    );
    assert.ok(asked.length <= 15, `${asked.length} requests`);
  }
});

test('where X likes no value at all it is not asked without end', async () => {
  const { asked, points, failures } = await collectUsers(namesOf(1000).join(','), () => {
    throw badRequest();
  });
  assert.ok(asked.length <= 24, `${asked.length} requests`);
  assert.deepEqual(points, []);
  assert.ok(failures.length > 0 && failures.every(({ reason }) => reason === 'upstream_error'));
});

test('several values that X names at once are left out at once', async () => {
  const complaints = [
    'The value [NAME1] is bad',
    'The `usernames` query parameter value [name3] is bad',
    'odd',
    'value [',
    '[name0]',
  ];
  const { asked, points, failures } = await collectUsers(namesOf(5).join(','), (request) => {
    if (valuesIn(request).includes('name1')) throw badRequest(complaints);
    return profilesFor(request);
  });
  assert.deepEqual(asked.map(valuesIn), ['name0,name1,name2,name3,name4', 'name0,name2,name4']);
  assert.equal(points.length, 3);
  assert.deepEqual(
    failures.map(({ account, reason, detail }) => [account, reason, detail]),
    [
      ['name1', 'unknown_account', `X refuses this name or id: ${complaints[0] ?? ''}`],
      ['name3', 'unknown_account', `X refuses this name or id: ${complaints[1] ?? ''}`],
    ],
  );
});

test('an id that X names is left out like a name', async () => {
  const { asked, failures } = await collectUsers('id:12, id:13', (request) => {
    if (valuesIn(request).includes('13')) throw badRequest(['The `ids` query parameter value [13] is not valid']);
    return { data: [] };
  });
  assert.deepEqual(asked.map(valuesIn), ['12,13', '12']);
  assert.deepEqual(
    failures.map(({ account, reason }) => [account, reason]),
    [
      ['id:13', 'unknown_account'],
      ['id:12', 'unknown_account'],
    ],
  );
});

test('a batch whose every value X names is not asked for again', async () => {
  const { asked, failures } = await collectUsers('jack', () => {
    throw badRequest(['The value [jack] is bad']);
  });
  assert.deepEqual([asked.length, failures.length], [1, 1]);
});
