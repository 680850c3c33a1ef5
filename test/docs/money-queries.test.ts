/** The queries for money of docs/money.md, asked of a real InfluxDB. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { connectInfluxDb } from '../../functions/adapters/influxdb.ts';
import { within } from '../../functions/deadline.ts';
import { writeStore } from '../../functions/store/influxdb.ts';
import { storeOf } from '../functions/fixtures.ts';
import { type Money, toBudgetPoint } from '../grafana/seed/points.ts';
import { startInfluxd } from '../support/influxd.ts';
import { codeBlocks, readText } from './markdown.ts';

interface Answer {
  readonly results: readonly { readonly series?: readonly Series[] }[];
}

interface Series {
  readonly tags: { readonly app: string };
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number)[])[];
}

/** What two apps have written on the last day of a month, on the 22nd and on the 23rd: dollars, by the time of the run. */
const runs: readonly [app: string, time: string, money: Money | Pick<Money, 'budget'>][] = [
  ['default', '2024-10-31T23:45:00Z', dollars(0.9, 0)],
  ['default', '2024-11-22T08:00:00Z', dollars(0.1, 0)],
  ['default', '2024-11-22T23:45:00Z', dollars(0.3, 0.1)],
  ['default', '2024-11-23T00:00:00Z', dollars(0.05, 0)],
  ['default', '2024-11-23T09:00:00Z', dollars(0.25, 0.1)],
  ['default', '2024-11-23T09:15:00Z', { budget: 1_000_000 }],
  ['second', '2024-11-23T09:00:00Z', dollars(0.02, 0)],
];

/** Of a sum over a subquery InfluxDB gives no time. */
const sumsTime = '1970-01-01';

function dollars(spent: number, held: number): Money {
  return { spent: spent * 1_000_000, held: held * 1_000_000, aside: 20_000, budget: 1_000_000 };
}

test('the queries of docs/money.md say how today stands, what each day has cost and what a month has, app by app', async (t) => {
  const influxd = await startInfluxd();
  t.after(() => influxd.close());
  const points = runs.map(([app, time, money]) => toBudgetPoint(app, Date.parse(time), money));
  await within(undefined, 20_000, (deadline) => writeStore(storeOf(connectInfluxDb(influxd)), points, deadline));
  const blocks = codeBlocks(readText('docs/money.md')).filter(({ code }) => code.includes('twitter_budget'));
  // What is grouped by time ends now, so the days of the example must be over.
  const queries = blocks.flatMap(({ code }) => code.trim().replaceAll("'2026-", "'2024-").split('\n'));
  const answers: unknown[] = [];
  for (const query of queries) answers.push(readable((await influxd.query(query)) as Answer));
  const names = ['spent', 'held', 'set aside', 'left', 'budget'];
  assert.deepEqual(answers, [
    [
      ['default', names, [['2024-11-23', 0.25, 0.1, 0.02, 0.63, 1]]],
      ['second', names, [['2024-11-23', 0.02, 0, 0.02, 0.96, 1]]],
    ],
    [
      [
        'default',
        ['usd'],
        [
          ['2024-11-22', 0.3],
          ['2024-11-23', 0.25],
        ],
      ],
      ['second', ['usd'], [['2024-11-23', 0.02]]],
    ],
    [
      ['default', ['usd'], [[sumsTime, 0.55]]],
      ['second', ['usd'], [[sumsTime, 0.02]]],
    ],
  ]);
});

/** The series by their app, with the names of the columns and the rows, each with its day. */
function readable({ results }: Answer): unknown[] {
  const [first] = results;
  return (first?.series ?? []).map(({ tags, columns, values }) => [
    tags.app,
    columns.slice(1),
    values.map(([time, ...others]) => [String(time).slice(0, 10), ...others]),
  ]);
}
