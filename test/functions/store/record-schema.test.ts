import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Ajv } from 'ajv';
import fc from 'fast-check';

import { toLineProtocol } from '../../../functions/adapters/influxdb.ts';
import { BadRequest } from '../../../functions/failure.ts';
import { pointsIn } from '../../../functions/store/record.ts';
import { recordSchema, schemaPath } from '../../../tools/schema/schema.ts';
import { writtenInAnyCase } from '../../cases/written.ts';
import { anyPoint, nearlyGood } from './recorded.ts';

const path = join(import.meta.dirname, '..', '..', '..', schemaPath);
const isValid = new Ajv({ strict: true, allowUnionTypes: true }).compile(recordSchema());

/** Whether the function takes it. What is thrown must be a `BadRequest`. */
function isTaken(data: unknown): boolean {
  try {
    pointsIn(data);
    return true;
  } catch (error) {
    assert.ok(error instanceof BadRequest, String(error));
    return false;
  }
}

test('the published schema is that of the table of measurements: npm run schema', () => {
  assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), JSON.parse(JSON.stringify(recordSchema())));
});

test('whatever a run writes is good by the schema, and the function takes it', async () => {
  const written = await writtenInAnyCase();
  assert.ok(written.length > 100);
  for (const point of written) {
    const data: unknown = JSON.parse(JSON.stringify({ points: [point] }));
    assert.ok(isValid(data), JSON.stringify([point, isValid.errors]));
    assert.ok(isTaken(data));
  }
});

test('schema and function agree on all that the table allows', () => {
  fc.assert(
    fc.property(fc.array(anyPoint, { minLength: 1, maxLength: 5 }), (points) => {
      assert.ok(isValid({ points }), JSON.stringify(isValid.errors));
      assert.ok(isTaken({ points }));
      // Nothing that is taken is an error of the program, or a line more than it has points.
      assert.equal(toLineProtocol(points).split('\n').length, points.length + 1);
    }),
  );
});

test('schema and function agree on what is nearly good, and most of it is refused', () => {
  const verdicts: boolean[] = [];
  fc.assert(
    fc.property(nearlyGood, (data) => {
      verdicts.push(isTaken(data));
      assert.equal(verdicts.at(-1), isValid(data), JSON.stringify(data));
    }),
    { numRuns: 2000 },
  );
  const taken = verdicts.filter((verdict) => verdict).length;
  assert.ok(taken > 20 && taken < verdicts.length / 2, `${taken} of ${verdicts.length} are taken`);
});

test('schema and function agree that anything else is refused', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (data) => {
      assert.equal(isTaken(data), isValid(data));
    }),
    { numRuns: 1000 },
  );
});
