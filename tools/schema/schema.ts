import { type FieldType, MEASUREMENTS, type MeasurementShape } from '../../functions/measurement.ts';
import { recordTimes, recordType } from '../../functions/store/record.ts';

/** Where the schema is kept, from the root of the repository. */
export const schemaPath = `functions/schemas/${recordType}.json`;

/** The JSON Schema of the data of a record event, made from the table of measurements. */
export function recordSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: recordType,
    description:
      'The data of a CloudEvent of this type, at most 256 KiB: points for InfluxDB, which are written all or not at all. ' +
      'A new measurement, tag or field is added to this version. Whatever else changes makes a new version.',
    type: 'object',
    required: ['points'],
    properties: {
      points: { type: 'array', minItems: 1, items: { oneOf: Object.entries(MEASUREMENTS).map(pointSchema) } },
    },
    definitions: {
      tag: { type: 'string', minLength: 1 },
      integer: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      float: { type: 'number' },
      string: { type: 'string' },
      time: {
        description: 'Unix milliseconds as a number; Unix nanoseconds as a text, which no number can hold.',
        oneOf: [
          { type: 'integer', minimum: 0, maximum: recordTimes.maxMs },
          { type: 'string', pattern: recordTimes.nanoseconds },
        ],
      },
    },
  };
}

function pointSchema([name, { tags, fields }]: [string, MeasurementShape]): object {
  const types = Object.entries(fields).map(([field, type]) => [field, refTo(type)] as const);
  return {
    type: 'object',
    required: ['measurement', 'tags', 'fields', 'time'],
    properties: {
      measurement: { const: name },
      tags: objectOf(tags.map((tag) => [tag, refTo('tag')])),
      fields: { ...objectOf(types), minProperties: 1 },
      time: refTo('time'),
    },
  };
}

function objectOf(properties: readonly (readonly [string, object])[]): object {
  return { type: 'object', additionalProperties: false, properties: Object.fromEntries(properties) };
}

function refTo(name: FieldType | 'tag' | 'time'): object {
  return { $ref: `#/definitions/${name}` };
}
