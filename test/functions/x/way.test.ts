import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import type { XRequest } from '../../../functions/collectors/collector.ts';
import type { Deadline } from '../../../functions/deadline.ts';
import type { Credential, Reason } from '../../../functions/failure.ts';
import type { AskX, XReply } from '../../../functions/x/answer.ts';
import { credentialOf } from '../../../functions/x/way.ts';
import { askingInTurn, openDeadline, replyOf, runErrorOf } from '../fixtures.ts';
import { assertUnsent, byId, byName, hourMs, limited, noon, timelineOf, wayOf, windowOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: noon });
});

const ok = replyOf({ data: [] });
const ownersPosts = timelineOf('12', { asOwner: true });

test('a request passes, is counted, and its window told', async () => {
  const x = askingInTurn([replyOf({ data: [] }, { headers: windowOf(299, noon + hourMs) }), replyOf({})]);
  const { ask, asked } = wayOf(x);
  assert.deepEqual((await ask(byName)).body, { data: [] });
  await ask(byId);
  assert.equal(asked.requests, 2);
  assert.equal(asked.rateLimit?.remaining, 299);
});

for (const [hasBearer, asOwner, credential] of [
  [true, undefined, 'bearer'],
  [true, false, 'bearer'],
  [true, true, 'owner'],
  [false, undefined, 'owner'],
  [false, true, 'owner'],
] as const) {
  test(`${hasBearer ? 'with' : 'without'} a bearer token a request ${asOwner ? 'as owner' : 'as anybody'} is signed by the ${credential}`, async () => {
    const request: XRequest = { ...byName, ...(asOwner === undefined ? {} : { asOwner }) };
    assert.equal(credentialOf({ hasBearer }, request), credential);
    const seen: Credential[] = [];
    const askX: AskX = (_request, used) => (seen.push(used), Promise.resolve(ok));
    await wayOf(askX, { hasBearer }).ask(request);
    assert.deepEqual(seen, [credential]);
  });
}

/** What stops the run after X's refusal of `byName`: nothing, its endpoint, its credential, or all. */
const refusals: readonly (readonly [reply: XReply, reason: Reason, closes: string])[] = [
  [replyOf('', { status: 400 }), 'upstream_error', 'nothing'],
  [replyOf('', { status: 401 }), 'unauthorized', 'credential'],
  [replyOf('', { status: 402 }), 'credits_depleted', 'all'],
  [replyOf('', { status: 403 }), 'forbidden', 'credential'],
  [replyOf({ title: 'SpendCapReached' }, { status: 403 }), 'spend_cap', 'all'],
  [replyOf('', { status: 404 }), 'upstream_error', 'nothing'],
  [limited(noon + hourMs), 'rate_limited', 'endpoint'],
  [replyOf({ title: 'UsageCapExceeded' }, { status: 429 }), 'usage_cap', 'all'],
  [replyOf('', { status: 500 }), 'upstream_error', 'nothing'],
  [replyOf('<html>'), 'bad_answer', 'nothing'],
];

for (const [reply, reason, closes] of refusals) {
  test(`after ${reply.status} ${reason} the run asks nothing more of: ${closes}`, async () => {
    const x = askingInTurn([reply, ok, ok, ok]);
    const { ask } = wayOf(x);
    const before = await runErrorOf(ask(byName));
    assert.equal(before.failure.reason, reason);
    for (const [request, isClosed] of [
      [byName, closes !== 'nothing'],
      [byId, closes === 'credential' || closes === 'all'],
      [ownersPosts, closes === 'all'],
    ] as const) {
      if (isClosed) assertUnsent(await runErrorOf(ask(request)), before);
      else await ask(request);
    }
  });
}

test('the owner refused, the bearer goes on', async () => {
  const x = askingInTurn([replyOf('', { status: 401 }), ok]);
  const { ask } = wayOf(x);
  const owner: XRequest = { ...byName, asOwner: true };
  const before = await runErrorOf(ask(owner));
  assertUnsent(await runErrorOf(ask({ ...byId, asOwner: true })), before);
  await ask(byName);
  assert.equal(x.asked.length, 2);
});

test('a refusal of a credential is asked for again by the next run: it may have been mended', async () => {
  const x = askingInTurn([replyOf('', { status: 401 }), ok]);
  const first = wayOf(x);
  await runErrorOf(first.ask(byName));
  await wayOf(x, first.patience()).ask(byName);
});

test('once the deadline has passed nothing further is asked', async () => {
  const ended = wayOf(askingInTurn([]), { deadline: openDeadline(true) });
  const { failure, mayCost } = await runErrorOf(ended.ask(byName));
  assert.deepEqual([failure.reason, mayCost, ended.asked.requests], ['timeout', false, 0]);
});

test('one request has ten seconds of a longer run', async () => {
  const ends: number[] = [];
  const askX = (_request: unknown, _credential: unknown, { endsAt }: Deadline): Promise<XReply> => {
    ends.push(endsAt);
    return Promise.resolve(ok);
  };
  await wayOf(askX).ask(byName);
  await wayOf(askX, { deadline: { ...openDeadline(), endsAt: noon + 500 } }).ask(byName);
  assert.deepEqual(ends, [noon + 10_000, noon + 500]);
});

test('what is no error of X goes through and closes nothing', async () => {
  const { ask } = wayOf(askingInTurn([new TypeError('a bug'), ok]));
  await assert.rejects(ask(byName), TypeError);
  await ask(byName);
});

test("X's clock is known from its last answer that told it", async () => {
  const told = replyOf({}, { headers: { date: new Date(noon - 90_000).toUTCString() } });
  const { ask, way } = wayOf(askingInTurn([told, ok]));
  for (let round = 1; round <= 2; round += 1) {
    await ask(byName);
    assert.equal(way.skewMs, -90_000);
  }
});
