/** Which account the dashboards show where a name has had several holders, or an account is long gone. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';

import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { writeLines } from '../../support/write-lines.ts';
import { type DashboardFile, readDashboards } from '../dashboard.ts';
import type { TimeRange } from '../plugin/interval.ts';
import { type Choices, resolveVariables } from './variables.ts';

const dayMs = 86_400_000;
const end = Date.parse('2026-11-28T12:00:00Z');
const lastDays = (days: number): TimeRange => ({ from: end - days * dayMs, to: end });

/** Who had which name, and how many days ago they were read; `desk` went from 900 by way of 1000 to 1200. */
const readings: readonly (readonly [userId: string, username: string, daysAgo: number])[] = [
  ['31', 'aardvark', 90],
  ['900', 'desk', 80],
  ['1000', 'desk', 50],
  ['1000', 'desk_old', 1],
  ['1200', 'desk', 0],
  ['7', 'zebra', 0],
];

const files = readDashboards();
const single = files.filter(({ name }) => ['overview', 'posts', 'drivers'].includes(name));
const several = files.filter(({ name }) => ['compare', 'operations'].includes(name));
let server: Influxd | undefined;

before(async () => {
  server = await startInfluxd();
  await writeLines(
    server,
    readings.map(
      ([id, name, ago]) => `twitter_user,user_id=${id},username=${name} followers_count=5i ${end - ago * dayMs}`,
    ),
  );
});
after(() => server?.close());

async function valueOf({ dashboard }: DashboardFile, name: string, range: TimeRange, choices: Choices = {}) {
  const variables = await resolveVariables(server ?? assert.fail(), dashboard, range, choices);
  return variables.find((variable) => variable.name === name)?.value;
}

describe('a name that several accounts have had', () => {
  for (const file of single)
    it(`is that of the account that had it last, in ${file.name}`, async () => {
      assert.equal(await valueOf(file, 'user_id', lastDays(30), { account: 'desk' }), '1200');
      assert.equal(await valueOf(file, 'user_id', lastDays(30), { account: 'desk_old' }), '1000');
    });

  for (const file of several)
    it(`is shown once in ${file.name}`, async () => {
      const ids = await valueOf(file, 'user_id', lastDays(30), { account: ['desk', 'zebra'] });
      assert.deepEqual([ids].flat(), ['7', '1200']);
    });
});

describe('an account that is long gone', () => {
  for (const file of single) {
    it(`is not what ${file.name} opens with, though its name comes first`, async () => {
      assert.notEqual(await valueOf(file, 'account', lastDays(30)), 'aardvark');
    });

    it(`is found by a link to ${file.name}, and offered in a range in which it was read`, async () => {
      assert.equal(await valueOf(file, 'user_id', lastDays(30), { account: 'aardvark' }), '31');
      assert.equal(await valueOf(file, 'account', lastDays(365)), 'aardvark');
    });
  }
});
