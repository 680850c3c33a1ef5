import type { Aggregate } from './influxql-parse.ts';
import type { FieldValue } from './line-protocol.ts';

/** One point of a group as the functions see it. */
export type Sample = {
  timeNs: bigint;
  fields: ReadonlyMap<string, FieldValue>;
  tags: ReadonlyMap<string, string>;
};

/** What a function made of the samples, and of which one if it is a selector. */
export type Aggregated = { value: FieldValue | null; sample: Sample | undefined };

/** A function that InfluxDB does not apply to this type of field; the message is InfluxDB's. */
export class FieldTypeError extends Error {}

/** True for functions whose value is that of one point, which then gives the row its time. */
export function isSelector(aggregate: Aggregate): boolean {
  return ['first', 'last', 'min', 'max'].includes(aggregate);
}

/** Applies a function to one field of the samples; null where none of them has the field. Throws FieldTypeError. */
export function aggregateField(aggregate: Aggregate, field: string, samples: readonly Sample[]): Aggregated {
  const having = samples.filter((sample) => sample.fields.has(field));
  if (having.length === 0) return { value: null, sample: undefined };
  if (aggregate === 'count') return { value: BigInt(having.length), sample: undefined };
  if (!isSelector(aggregate)) return { value: addUp(aggregate, field, having), sample: undefined };
  if (aggregate === 'min' || aggregate === 'max') refuseText(aggregate, having[0]?.fields.get(field));
  const chosen = having.reduce((best, sample) => (isBetter(aggregate, field, sample, best) ? sample : best));
  return { value: chosen.fields.get(field) ?? null, sample: chosen };
}

// Of two points of one time the larger value is both the first and the last, but false comes first: so InfluxDB 1.6.
function isBetter(aggregate: Aggregate, field: string, sample: Sample, best: Sample): boolean {
  const value = sample.fields.get(field) ?? 0;
  const bestValue = best.fields.get(field) ?? 0;
  if (aggregate === 'min' || aggregate === 'max') {
    if (value === bestValue) return sample.timeNs < best.timeNs;
    return aggregate === 'min' ? value < bestValue : value > bestValue;
  }
  if (sample.timeNs === best.timeNs) {
    return aggregate === 'first' && typeof value === 'boolean' ? value < bestValue : value > bestValue;
  }
  return aggregate === 'first' ? sample.timeNs < best.timeNs : sample.timeNs > best.timeNs;
}

function addUp(aggregate: Aggregate, field: string, having: readonly Sample[]): FieldValue {
  let integers = 0n;
  let floats = 0;
  let isFloat = false;
  for (const sample of having) {
    const value = sample.fields.get(field);
    if (typeof value === 'bigint') integers += value;
    else if (typeof value === 'number') {
      floats += value;
      isFloat = true;
    } else refuseText(aggregate, value, true);
  }
  if (aggregate === 'mean') return (isFloat ? floats : Number(integers)) / having.length;
  return isFloat ? floats : integers;
}

function refuseText(aggregate: Aggregate, value: FieldValue | undefined, andBoolean = false): void {
  const type = typeof value;
  if (type !== 'string' && !(andBoolean && type === 'boolean')) return;
  throw new FieldTypeError(`unsupported ${aggregate} iterator type: *query.${type}InterruptIterator`);
}
