/** The rule about backups, on points as the backup stores them. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { writeLines } from '../../support/write-lines.ts';
import { ruleOf } from './rule.ts';
import { watchRule } from './watch.ts';

const uid = 'twittergraph-no-backup';
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** The first night's backup, ten minutes after it was due. */
const first = Date.UTC(2026, 9, 5, 3, 30);

let influxd: Influxd;
before(async () => {
  influxd = await startInfluxd();
});
after(() => influxd.close());

/** The alerts in hours after the first backup, from a set-up on to the end. */
async function alertsOf(database: string, backups: readonly number[], from: number, to: number): Promise<unknown[]> {
  await influxd.adminQuery(`CREATE DATABASE "${database}"`);
  await influxd.adminQuery(`GRANT ALL ON "${database}" TO "${influxd.username}"`);
  const lines = backups.map((time) => `twitter_backup size_bytes=409600i,kept=14i ${time}`);
  if (lines.length > 0) await writeLines({ ...influxd, database }, lines);
  const alerts = await watchRule(influxd, ruleOf(uid), { from, to }, database);
  const hours = (time: number | undefined): number | undefined => time && (time - first) / hourMs;
  return alerts.map(({ labels, firedAt, resolvedAt }) => [labels, hours(firedAt), hours(resolvedAt)]);
}

test('it waits for the first night after the set-up, and bears with a backup that takes its time', async () => {
  // Set up just after a night's backup would have been made, each backup later than the one before.
  const nights = [0, 1, 2, 3].map((night) => first + night * (dayMs + 10 * 60_000));
  assert.deepEqual(await alertsOf('late', nights, first - 24 * hourMs, first + 3.5 * dayMs), []);
});

test('it fires two days after the last backup, and ends with the next', async () => {
  const backups = [first, first + 4 * dayMs];
  const [alert, ...others] = await alertsOf('missed', backups, first - 2 * hourMs, first + 4.5 * dayMs);
  assert.deepEqual(others, []);
  const [labels, fired, resolved] = alert as [object, number, number];
  assert.deepEqual(labels, {});
  assert.ok(fired > 48 && fired < 50, `${fired}`);
  assert.ok(resolved >= 96 && resolved < 96.2, `${resolved}`);
});

test('it fires a day after the set-up when no backup is ever made', async () => {
  const alerts = await alertsOf('never', [], first, first + 2 * dayMs);
  assert.deepEqual(alerts, [[{}, 25, undefined]]);
});

test('it can be switched off by one word, and is on', () => {
  assert.equal((ruleOf(uid) as { isPaused?: boolean }).isPaused, false);
});
