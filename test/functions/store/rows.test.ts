import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';

import { isRetryable } from '../../../functions/failure.ts';
import { type Row, rowsOf } from '../../../functions/store/rows.ts';
import { cleanerOf, errorOf } from '../fixtures.ts';

const clean = cleanerOf();

function read(documents: readonly unknown[] | string, count = 1): readonly (readonly Row[])[] {
  const text =
    typeof documents === 'string' ? documents : documents.map((each) => `${JSON.stringify(each)}\n`).join('');
  return rowsOf(text, count, clean);
}

/** A document with one result. */
function part(id: number, values: readonly unknown[], marks: { result?: boolean; series?: boolean } = {}): object {
  const series = { name: 'a', columns: ['time'], values: values.map((value) => [value]), partial: marks.series };
  return { results: [{ statement_id: id, series: [series], partial: marks.result }] };
}

function timesIn(rows: readonly (readonly Row[])[]): unknown[] {
  return rows.map((each) => each.map(({ columns }) => columns['time']));
}

test('rows come with their measurement, their columns by name and the tags of their series', () => {
  const tagged = { name: 'a', tags: { user_id: '12' }, columns: ['time', 'last'] };
  const series = [
    {
      ...tagged,
      values: [
        [1, 5],
        [2, null],
      ],
    },
    { name: 'b', columns: ['time'], values: [[3]] },
  ];
  assert.deepEqual(read([{ results: [{ statement_id: 0, series }, { statement_id: 1 }] }], 2), [
    [
      { measurement: 'a', tags: { user_id: '12' }, columns: { time: 1, last: 5 } },
      { measurement: 'a', tags: { user_id: '12' }, columns: { time: 2, last: null } },
      { measurement: 'b', tags: {}, columns: { time: 3 } },
    ],
    [],
  ]);
});

test('the parts of a statement are put together, those of several statements kept apart', () => {
  const parts = [part(0, [1, 2], { result: true, series: true }), part(0, [3]), { results: [{ statement_id: 1 }] }];
  assert.deepEqual(timesIn(read([...parts, part(2, [4], { result: true }), part(2, [5])], 3)), [[1, 2, 3], [], [4, 5]]);
});

test('however an answer is cut into parts, its rows are the same; without any one of them it is no answer', () => {
  const statement = fc.array(fc.nat(9), { maxLength: 6 });
  const given = fc.record({
    statements: fc.array(statement, { minLength: 1, maxLength: 4 }),
    size: fc.integer({ min: 1, max: 3 }),
    lost: fc.nat(),
  });
  fc.assert(
    fc.property(given, ({ statements, size, lost }) => {
      const documents = statements.flatMap((values, id) => {
        const starts = values.map((_value, index) => index).filter((index) => index % size === 0);
        const isLast = (start: number): boolean => start + size >= values.length;
        const parts = starts.map((start) => part(id, values.slice(start, start + size), { result: !isLast(start) }));
        return parts.length > 0 ? parts : [{ results: [{ statement_id: id }] }];
      });
      assert.deepEqual(timesIn(read(documents, statements.length)), statements);
      const last = documents.filter((document) => !JSON.stringify(document).includes('"partial":true'));
      const without = documents.filter((document) => document !== last[lost % last.length]);
      assert.equal(errorOf(() => read(without, statements.length)).failure.reason, 'store_unavailable');
    }),
  );
});

const cut = 'the answer to a query is cut or is not what InfluxDB sends: check INFLUXDB_URL and any proxy';
const otherAnswers: Readonly<Record<string, readonly unknown[] | string>> = {
  'a page': '<html>',
  'no body': '',
  'a document that breaks off': '{"results":[{"statement_id":0,"series":[{"na',
  null: [null],
  'an object without results': [{}],
  'a list without results': [{ results: [] }],
  'results that are not a list': [{ results: {} }],
  'a result that is no object': [{ results: [1] }],
  'a result of no statement': [{ results: [{}] }],
  'another statement’s result': [{ results: [{ statement_id: 1 }] }],
  'a statement before the first': [{ results: [{ statement_id: 0 }, { statement_id: -1 }] }],
  'a statement between two': [{ results: [{ statement_id: 0 }, { statement_id: 0.5 }] }],
  'a result too many': [{ results: [{ statement_id: 0 }, { statement_id: 1 }] }],
  'the statement ten million': [{ results: [{ statement_id: 0 }, { statement_id: 1e7 }] }],
  'a statement with a name': [{ results: [{ statement_id: 0 }, { statement_id: 'length' }] }],
  'series that are not a list': [{ results: [{ statement_id: 0, series: {} }] }],
  'a series without columns': [{ results: [{ statement_id: 0, series: [{ name: 'a', values: [[1]] }] }] }],
  'columns without names': [{ results: [{ statement_id: 0, series: [{ name: 'a', columns: [1], values: [[1]] }] }] }],
  'a measurement without a name': [
    { results: [{ statement_id: 0, series: [{ name: 5, columns: ['time'], values: [[1]] }] }] },
  ],
  'a tag that is no text': [
    { results: [{ statement_id: 0, series: [{ name: 'a', tags: { b: 1 }, columns: ['time'], values: [[1]] }] }] },
  ],
  'a row that is not a list': [
    { results: [{ statement_id: 0, series: [{ name: 'a', columns: ['time'], values: [1] }] }] },
  ],
  'a row that is a text': [
    { results: [{ statement_id: 0, series: [{ name: 'a', columns: ['time'], values: ['1'] }] }] },
  ],
  'a row with a column too few': [
    { results: [{ statement_id: 0, series: [{ name: 'a', columns: ['time', 'last'], values: [[1]] }] }] },
  ],
  'an answer cut at max-row-limit': [part(0, [1, 2, 3, 4], { series: true })],
  'a part that says that more follows': [part(0, [1], { result: true })],
  'a last part that says so': [part(0, [1], { result: true }), part(0, [2], { result: true, series: true })],
  'an error that is no text': [{ error: { message: 'x' } }],
};
for (const [what, documents] of Object.entries(otherAnswers)) {
  test(`${what} is no answer, and asking again may bring one`, () => {
    const error = errorOf(() => read(documents));
    assert.deepEqual(
      [error.failure.reason, isRetryable(error.failure), error.message],
      ['store_unavailable', true, cut],
    );
  });
}

for (const [said, hint] of [
  ['database not found: x\nsecond line', ''],
  ['not executed', ', as it says when the database does not exist: create it'],
  ['"w" user is not authorized to read', ''],
  ['unable to parse authentication credentials: authorization failed', ''],
  ['error parsing query: found x', ''],
  ['retention policy not found: y', ''],
  ['no dbrp mapping found', ''],
] as const) {
  const shown = `${said.replace('\n', ' ')}${hint}`;
  test(`an error inside an answer that is for good is a refusal: ${shown}`, () => {
    const documents = [
      { error: said },
      { results: [{ statement_id: 0, error: said }] },
      { results: [{}, { error: said }] },
    ];
    for (const document of documents) {
      const error = errorOf(() => read([document]));
      assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_refused', false]);
      assert.equal(error.message, `InfluxDB refused the query: ${shown}`);
    }
  });
}

for (const said of [
  'engine is closed',
  'query interrupted',
  'max-concurrent-queries limit exceeded',
  'shard busy',
  '',
]) {
  test(`an error inside an answer that may pass is none for good: "${said}"`, () => {
    const rows = part(0, [1]);
    for (const documents of [[{ error: said }], [rows, { results: [{ statement_id: 0, error: said }] }]]) {
      const error = errorOf(() => read(documents));
      assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
      assert.equal(error.message, `InfluxDB could not answer: ${said}`);
    }
  });
}

test('what InfluxDB says is shown short and without the password', () => {
  const { message } = errorOf(() => read([{ error: `password-marker ${'x'.repeat(1000)}` }]));
  assert.ok(message.length < 300 && message.includes('[secret]') && !message.includes('marker'), message);
});

test('lists and objects where InfluxDB has values are no answer of its, however deep they are', () => {
  for (const value of ['[]', '{}', '[1]', '{"a":1}', '['.repeat(50_000) + ']'.repeat(50_000)]) {
    const series = `{"name":"a","columns":["time","last"],"values":[[1,2],[2,${value}]]}`;
    const error = errorOf(() => read(`{"results":[{"statement_id":0,"series":[${series}]}]}`));
    assert.deepEqual([error.failure.reason, isRetryable(error.failure)], ['store_unavailable', true]);
  }
});
