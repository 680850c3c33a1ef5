/** That the check for columns which do not exist finds them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Panel } from '@grafana/schema';

import { grafana } from '../plugin/grafana.ts';
import { idleSettings, strangersOf } from './names.ts';

const frames = [
  grafana.toDataFrame({
    fields: [
      { name: 'Time', values: [1] },
      { name: 'followers', values: [2] },
    ],
  }),
];

test('a transformation names a column that is not there', () => {
  const organize = { id: 'organize', options: { renameByName: { followers: 'Followers', gained: 'Gained' } } };
  assert.deepEqual(strangersOf(organize, frames), ['gained']);
  assert.deepEqual(strangersOf({ id: 'joinByField', options: { byField: 'user_id' } }, frames), ['user_id']);
  const sorts = { sort: [{ field: 'Time' }, { field: 'lift' }] };
  assert.deepEqual(strangersOf({ id: 'sortBy', options: sorts }, frames), ['lift']);
});

test('an override, an axis, an order or a reduction looks for a column that is not there', () => {
  const override = (options: string): object => ({
    matcher: { id: 'byName', options },
    properties: [
      { id: 'displayName', value: 'Followers' },
      { id: 'unit', value: 'Lift' },
    ],
  });
  const panel = {
    fieldConfig: { defaults: {}, overrides: [override('followers'), override('gained')] },
    options: {
      xField: 'Hours',
      sortBy: [{ displayName: 'Lift' }, { displayName: 'Followers' }],
      reduceOptions: { fields: '/^Growth$/' },
    },
  };
  const looked = ['byName "gained"', 'Hours', 'Lift', '/^Growth$/'];
  assert.deepEqual(idleSettings(panel as unknown as Panel, frames), looked);
});
