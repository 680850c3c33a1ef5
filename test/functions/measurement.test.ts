import assert from 'node:assert/strict';
import { test } from 'node:test';

import { COLLECTORS } from '../../functions/collectors/index.ts';
import { REASONS } from '../../functions/failure.ts';
import { type FieldType, type MeasurementName, MEASUREMENTS, type Point } from '../../functions/measurement.ts';
import { readCases, runCase } from '../cases/run-case.ts';
import { writtenInAnyCase } from '../cases/written.ts';

const cases = COLLECTORS.flatMap(({ name }) => readCases(name));

const isOfType: Readonly<Record<FieldType, (value: unknown) => boolean>> = {
  integer: Number.isSafeInteger,
  float: Number.isFinite,
  string: (value) => typeof value === 'string',
};

/** What is wrong with a point by the table, one sentence each. */
function faultsOf({ measurement: name, tags, fields, time }: Point): string[] {
  const shape = MEASUREMENTS[name];
  const wrongTags = Object.keys(tags).filter((tag) => !shape.tags.includes(tag));
  const emptyTags = Object.keys(tags).filter((tag) => tags[tag] === '');
  const wrongFields = Object.entries(fields).filter(([field, value]) => {
    const type = shape.fields[field];
    return type === undefined || !isOfType[type](value);
  });
  return [
    ...wrongTags.map((tag) => `${name} has no tag ${tag}`),
    ...emptyTags.map((tag) => `the tag ${tag} of ${name} is empty`),
    ...wrongFields.map(([field, value]) => `the field ${field} of ${name} is ${JSON.stringify(value)}`),
    ...(isTimeOf(name, time) ? [] : [`the time of ${name} is ${time}`]),
    ...(Object.keys(fields).length > 0 ? [] : [`${name} has no field`]),
  ];
}

/** Milliseconds; of the ledger nanoseconds as text. */
function isTimeOf(name: MeasurementName, time: Point['time']): boolean {
  return name === 'twitter_ledger'
    ? /^1\d{18}$/.test(String(time)) && typeof time === 'string'
    : Number.isSafeInteger(time);
}

test('everything a run writes in any case is in the table, with the type it has there', async () => {
  const written = await writtenInAnyCase();
  assert.deepEqual(written.flatMap(faultsOf), []);
  assert.deepEqual(new Set(written.map(({ measurement }) => measurement)), new Set(Object.keys(MEASUREMENTS)));
  for (const [name, { tags, fields }] of Object.entries(MEASUREMENTS)) {
    const points = written.filter(({ measurement }) => measurement === name);
    assert.deepEqual(new Set(points.flatMap((point) => Object.keys(point.tags))), new Set(tags), `tags of ${name}`);
    assert.deepEqual(
      new Set(points.flatMap((point) => Object.keys(point.fields))),
      new Set(Object.keys(fields)),
      `fields of ${name}`,
    );
  }
});

test('reasons of failures are of the closed list', async () => {
  for (const given of cases) {
    const { results, books } = await runCase(given);
    const reasons = [...results, ...books].flatMap(({ tags }) =>
      tags['reason'] === undefined ? [] : [tags['reason']],
    );
    assert.deepEqual(
      reasons.filter((reason) => !(REASONS as readonly string[]).includes(reason)),
      [],
    );
  }
});

test('points have the time of the tick, in whole seconds, but for those of a moment of their own', async () => {
  const ofOtherTimes: readonly MeasurementName[] = [
    'twitter_collector_failure',
    'twitter_tweet_published',
    'twitter_ledger',
    'twitter_latch',
  ];
  for (const given of cases) {
    const { results, books } = await runCase(given);
    const ofTick = [...results, ...books].filter(({ measurement }) => !ofOtherTimes.includes(measurement));
    assert.deepEqual(new Set(ofTick.map(({ time }) => time)), new Set([Date.parse(given.time)]));
  }
});
