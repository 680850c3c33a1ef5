import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { connectInfluxDb } from '../../functions/adapters/influxdb.ts';
import { MEASUREMENTS } from '../../functions/measurement.ts';
import { writeStore } from '../../functions/store/influxdb.ts';
import { writtenInAnyCase } from '../cases/written.ts';
import { openDeadline, storeOf } from '../functions/fixtures.ts';
import { startInfluxd } from '../support/influxd.ts';
import { readText, sectionOf, tableOf, unquote } from './markdown.ts';

const dictionary = readText('influxdb/README.md');
const columns = ['Name', 'Kind', 'Type', 'Unit', 'Meaning', 'Source'];

/** Tags and fields of a measurement as the dictionary lists them. */
function rowsOf(name: string): Readonly<Record<string, string>>[] {
  return tableOf(sectionOf(dictionary, `### \`${name}\``), ...columns);
}

describe('the dictionary', () => {
  it('has a section for every measurement, and a row in its first table', () => {
    const headings = [...dictionary.matchAll(/^### `(\w+)`$/gm)].map(([, name]) => name);
    assert.deepEqual(headings, Object.keys(MEASUREMENTS));
    const rows = tableOf(dictionary, 'Measurement', 'A point is', 'Its time', 'Written by');
    const listed = rows.map((row) => /`(\w+)`/.exec(row['Measurement'] ?? '')?.[1]);
    assert.deepEqual(listed, headings);
  });

  for (const [name, { tags, fields }] of Object.entries(MEASUREMENTS)) {
    it(`has the tags and fields of ${name} with their types`, () => {
      const listed = rowsOf(name).map((row) => [unquote(row['Name']), row['Kind'], row['Type']]);
      const tagRows = tags.map((tag) => [tag, 'tag', 'string']);
      const fieldRows = Object.entries(fields).map(([field, type]) => [field, 'field', type]);
      // In an order of its own, which tells what belongs together; tags before fields.
      assert.deepEqual(listed.slice(0, tags.length).sort(), tagRows);
      assert.deepEqual(listed.slice(tags.length).sort(), fieldRows);
    });

    it(`says of every number of ${name} what it counts, and of everything where it comes from`, () => {
      for (const row of rowsOf(name)) {
        assert.equal(row['Unit'] !== '', row['Type'] !== 'string', row['Name']);
        assert.notEqual(row['Source'], '', row['Name']);
      }
    });
  }
});

it('what a real InfluxDB holds after every case is what the dictionary says', async (t) => {
  const influxd = await startInfluxd();
  t.after(() => influxd.close());
  await writeStore(storeOf(connectInfluxDb(influxd)), await writtenInAnyCase(), openDeadline());
  const keysOf = async (kind: 'TAG' | 'FIELD', name: string): Promise<readonly unknown[][]> => {
    const answer = (await influxd.query(`SHOW ${kind} KEYS FROM "${name}"`)) as {
      results: { series?: { values: unknown[][] }[] }[];
    };
    return answer.results[0]?.series?.[0]?.values ?? [];
  };
  for (const name of Object.keys(MEASUREMENTS)) {
    const rows = rowsOf(name);
    const listed = (kind: string): string[][] =>
      rows
        .filter((row) => row['Kind'] === kind)
        .map((row) => [unquote(row['Name']), ...(kind === 'field' ? [row['Type'] ?? ''] : [])])
        .sort();
    assert.deepEqual([...(await keysOf('TAG', name))].sort(), listed('tag'), name);
    assert.deepEqual([...(await keysOf('FIELD', name))].sort(), listed('field'), name);
  }
});
