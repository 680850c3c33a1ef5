import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type FieldValue,
  formatLine,
  nanosecondsPerUnit,
  parseLine,
  type Point,
} from '../../local/store/line-protocol.ts';
import { splitLines } from '../../local/store/line-split.ts';

// Line protocol cannot say these: a line end outside quotes, and a backslash that would escape what follows it.
const isSayable = (text: string): boolean => !/[\n\r]|(?<!\\)(\\\\)*\\([, ="]|$)/.test(text) && text === text.trim();
const characters = (all: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(all));
const key = fc.string({ minLength: 1, maxLength: 12, unit: characters('ab,= "\\#é😀') }).filter(isSayable);
const measurement = key.filter((text) => !text.startsWith('#'));
const text = fc.string({ maxLength: 20, unit: characters('ab,= "\\\n#é😀') });
const fieldValue: fc.Arbitrary<FieldValue> = fc.oneof(
  text,
  fc.boolean(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
);
/** InfluxDB keeps two of the 64-bit numbers for itself. */
const earliestAndLatest = 2n ** 63n - 2n;
const point: fc.Arbitrary<Point> = fc
  .record({
    measurement,
    tags: fc.dictionary(key, key, { maxKeys: 3 }),
    fields: fc.uniqueArray(fc.tuple(key, fieldValue), { minLength: 1, maxLength: 4, selector: ([name]) => name }),
    timeNs: fc.bigInt({ min: -earliestAndLatest, max: earliestAndLatest }),
  })
  .map(({ measurement, tags, fields, timeNs }) => ({
    measurement,
    tags: Object.entries(tags).sort(([left], [right]) => (left < right ? -1 : 1)),
    fields: new Map(fields),
    timeNs,
  }));

test('points written as lines are read back the same, many to a text', () => {
  fc.assert(
    fc.property(fc.array(point, { maxLength: 4 }), (points) => {
      const { lines, rest } = splitLines(points.map((one) => `${formatLine(one)}\n`).join(''));
      assert.equal(rest, '');
      assert.deepEqual(
        lines.map((line) => parseLine(line, 1n, 0n)),
        points,
      );
    }),
    { numRuns: 2000 },
  );
});

test('any line is either refused or survives being written and read again', () => {
  const line = fc.string({ maxLength: 30, unit: characters('a1,= "\\it.-') });
  fc.assert(
    fc.property(line, (text) => {
      let parsed: Point;
      try {
        parsed = parseLine(`m${text}`, 1n, 7n);
      } catch (error) {
        assert.match((error as Error).message, /^(missing|invalid|duplicate|unbalanced|bad|point|time|unable|strconv)/);
        return;
      }
      assert.deepEqual(parseLine(formatLine(parsed), 1n, 0n), parsed);
    }),
    { numRuns: 5000 },
  );
});

test('a text cut anywhere yields the same lines when the rest is put before what follows', () => {
  fc.assert(
    fc.property(fc.array(point, { minLength: 1, maxLength: 3 }), fc.nat(), (points, cut) => {
      const whole = points.map((one) => `${formatLine(one)}\n`).join('');
      const at = cut % (whole.length + 1);
      const first = splitLines(whole.slice(0, at));
      const second = splitLines(first.rest + whole.slice(at));
      assert.deepEqual([...first.lines, ...second.lines], splitLines(whole).lines);
    }),
    { numRuns: 2000 },
  );
});

test('each precision is its length, a missing timestamp is now, cut to the precision', () => {
  const nowNs = 1_700_000_000_123_456_789n;
  const cases: [precision: string, timestamp: string, timeNs: bigint][] = [
    ['ns', '1700000000123999999', 1_700_000_000_123_999_999n],
    ['u', '1700000000123999', 1_700_000_000_123_999_000n],
    ['ms', '1700000000123', 1_700_000_000_123_000_000n],
    ['s', '1700000000', 1_700_000_000_000_000_000n],
    ['m', '28333333', 1_699_999_980_000_000_000n],
    ['h', '472222', 1_699_999_200_000_000_000n],
    ['ns', '', nowNs],
    ['u', '', 1_700_000_000_123_456_000n],
    ['s', '', 1_700_000_000_000_000_000n],
  ];
  for (const [precision, timestamp, timeNs] of cases) {
    const { timeNs: parsed } = parseLine(`m f=1 ${timestamp}`, nanosecondsPerUnit(precision), nowNs);
    assert.equal(parsed, timeNs, `${precision} ${timestamp}`);
  }
});
