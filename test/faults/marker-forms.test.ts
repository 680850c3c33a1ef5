import assert from 'node:assert/strict';
import { it } from 'node:test';
import { createMarker, formsOf, markersIn } from './marker-forms.ts';

it('finds a credential in each of its forms, and in a text with nothing of it none', () => {
  const marker = createMarker('INFLUXDB_PASSWORD', 40);
  for (const [form, text] of Object.entries(formsOf(marker.secret)))
    assert.deepEqual(markersIn(`said: ${text} and more`, [marker]), ['INFLUXDB_PASSWORD'], form);
  assert.deepEqual(markersIn(`${marker.secret.slice(0, 11)} ${marker.secret.slice(-11)}`, [marker]), []);
});
