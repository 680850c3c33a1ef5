import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';

import { RunError } from '../../../functions/failure.ts';
import { askingInTurn, replyOf, runErrorOf, stubInfluxDb } from '../fixtures.ts';
import { processWith, reasonOf } from './latches.ts';
import { byId, byName, hourMs, minuteMs, noon, posts, timelineOf, wayOf } from './world.ts';

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'], now: noon });
});

const ok = replyOf({ data: [] });
const noCredits = replyOf({ title: 'CreditsDepleted' }, { status: 402 });
const usageCap = replyOf({ title: 'UsageCapExceeded' }, { status: 429 });
const spendCap = replyOf({ title: 'SpendCapReached' }, { status: 403 });

test('a latch forbids every endpoint but for one probe an hour, counted from the last one, and each of its states is stored', async () => {
  const x = askingInTurn([noCredits, noCredits, noCredits, ok, ok, ok]);
  const { openRun, latches } = processWith(x);
  await reasonOf(openRun());
  mock.timers.setTime(noon + hourMs - 1);
  for (const request of [byId, timelineOf('12', { asOwner: true })]) {
    const { failure, message, mayCost } = await runErrorOf(openRun().ask(request));
    assert.deepEqual([failure.reason, failure.retryAt, mayCost], ['credits_depleted', undefined, false]);
    assert.equal(
      message,
      'X was not asked: it refused at 2026-11-23T12:00:00.000Z and is tried again at 2026-11-23T13:00:00.000Z, or now with {"job":"collect","probe":true}',
    );
  }
  mock.timers.setTime(noon + hourMs);
  await reasonOf(openRun());
  mock.timers.setTime(noon + 2 * hourMs - 1);
  await reasonOf(openRun());
  assert.equal(x.asked.length, 2);
  mock.timers.setTime(noon + 2 * hourMs);
  await reasonOf(openRun());
  mock.timers.setTime(noon + 3 * hourMs);
  const last = openRun();
  await last.ask(byName);
  await last.ask(byName);
  await openRun().ask(byId);
  assert.equal(x.asked.length, 6);
  const end = 40 * 24 * 60;
  assert.deepEqual(await latches(), [
    `0: credits_depleted ${end}`,
    `60: credits_depleted ${end + 60}`,
    `120: credits_depleted ${end + 120}`,
    '180: credits_depleted cleared',
  ]);
});

test('a latch ends at the end X named', async () => {
  const until = noon + 12 * hourMs; // 00:00 UTC
  const named = replyOf({ title: 'SpendCapReached', reset_date: '2026-11-24' }, { status: 403 });
  const x = askingInTurn([named, named, ok]);
  const { openRun, latches } = processWith(x);
  await reasonOf(openRun());
  mock.timers.setTime(until - minuteMs);
  await reasonOf(openRun());
  mock.timers.setTime(until - 1);
  assert.equal(await reasonOf(openRun()), 'spend_cap');
  assert.equal(x.asked.length, 2);
  mock.timers.setTime(until);
  await openRun().ask(byName);
  assert.equal(x.asked.length, 3);
  assert.deepEqual(await latches(), ['0: spend_cap 720', '719: spend_cap 720']);
});

test("a probe that ends without an answer is that hour's only one, and the latch stays", async () => {
  const away = new RunError({ reason: 'upstream_error', detail: 'no connection' });
  const x = askingInTurn([usageCap, away]);
  const { openRun, latches } = processWith(x);
  await reasonOf(openRun());
  mock.timers.setTime(noon + hourMs);
  const run = openRun();
  assert.equal(await reasonOf(run), 'upstream_error');
  assert.equal(await reasonOf(run), 'upstream_error');
  mock.timers.setTime(noon + hourMs + 1);
  assert.equal(await reasonOf(openRun()), 'usage_cap');
  assert.equal(x.asked.length, 2);
  const stored = (await latches()).map((line) => line.split(' ', 2).join(' '));
  assert.deepEqual(stored, ['0: usage_cap', '60: usage_cap']);
});

test('a person may probe at once, with one request', async () => {
  const x = askingInTurn([noCredits, noCredits, ok]);
  const { openRun } = processWith(x);
  await reasonOf(openRun());
  const run = openRun(true);
  for (let round = 1; round <= 2; round += 1) assert.equal(await reasonOf(run), 'credits_depleted');
  assert.equal(x.asked.length, 2);
  const again = openRun(true);
  await again.ask(byName);
  assert.equal(again.patience().latches.size, 0);
});

test('a success in the millisecond of the latch itself, or with the clock set back, is stored after it', async () => {
  for (const now of [noon, noon - hourMs]) {
    mock.timers.setTime(noon);
    const influxdb = stubInfluxDb();
    const refused = wayOf(askingInTurn([noCredits]), { influxdb });
    await reasonOf(refused);
    await refused.written();
    mock.timers.setTime(now);
    const run = wayOf(askingInTurn([ok]), { ...refused.patience(), influxdb, probe: true });
    await run.ask(byName);
    await run.written();
    const [set, cleared] = influxdb.written;
    assert.deepEqual([set?.time, cleared?.fields['until']], [noon, 0]);
    assert.ok(Number(cleared?.time) > noon, String(cleared?.time));
  }
});

test('a latch that was set through posts is met before any money is held', async () => {
  const x = askingInTurn([noCredits]);
  const { openRun, latches } = processWith(x);
  await reasonOf(openRun());
  const run = openRun();
  const { failure } = await runErrorOf(run.buy(posts('jack'), timelineOf('12')));
  assert.deepEqual([failure.reason, x.asked.length], ['credits_depleted', 1]);
  assert.equal((await latches()).length, 1);
});

test('two latches are stored and cleared each by itself', async () => {
  const { openRun, latches } = processWith(askingInTurn([noCredits, spendCap, ok]));
  await reasonOf(openRun());
  mock.timers.setTime(noon + hourMs);
  assert.equal(await reasonOf(openRun()), 'spend_cap');
  mock.timers.setTime(noon + 2 * hourMs);
  await openRun().ask(byName);
  const states = (await latches()).map((line) => line.replace(/\d+$/, 'set'));
  assert.deepEqual(states, [
    '0: credits_depleted set',
    '60: credits_depleted set',
    '60: spend_cap set',
    '120: credits_depleted cleared',
    '120: spend_cap cleared',
  ]);
});
