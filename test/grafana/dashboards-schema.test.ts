import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';

import { Ajv, type ValidateFunction } from 'ajv';

import { sharedPath } from '../support/shared.ts';
import { panelsOf, readDashboards } from './dashboard.ts';

/**
 * Where the schema says "an object" of what its source leaves open: matchers take names and overrides take numbers, in
 * Grafana's own dashboards too. https://github.com/grafana/grafana/blob/main/kinds/dashboard/dashboard_kind.cue
 */
const ofAnyType = [
  ['MatcherConfig', 'options'],
  ['DynamicConfigValue', 'value'],
] as const;

/** Grafana's schemas: one of the frame, and some of what is inside panels. https://github.com/grafana/grafana-foundation-sdk */
const frame = compile('dashboard', 'Dashboard');
const options = kindsOf('Options', 'stat', 'table', 'timeseries');
const custom = kindsOf('FieldConfig', 'timeseries');

interface Schema {
  readonly definitions: Record<string, { readonly properties?: Record<string, object> }>;
}

for (const { name, dashboard } of readDashboards()) {
  describe(`the dashboard ${name} and Grafana's JSON Schema`, { skip: frame === undefined }, () => {
    it('agree on the frame', () => {
      assertValid(frame, dashboard);
    });

    for (const panel of panelsOf(dashboard)) {
      if (options.has(panel.type))
        it(`agree on the options of ${String(panel.title)}`, () => {
          assertValid(options.get(panel.type), panel.options);
        });
      if (custom.has(panel.type))
        it(`agree on the fields of ${String(panel.title)}`, () => {
          assertValid(custom.get(panel.type), panel.fieldConfig?.defaults.custom);
        });
    }
  });
}

function kindsOf(definition: string, ...kinds: string[]): Map<string, ValidateFunction | undefined> {
  return new Map(kinds.map((kind) => [kind, compile(kind, definition)]));
}

/** The rule for one definition of a schema, or nothing where the folder of the neighbours' schemas is absent. */
function compile(kind: string, definition: string): ValidateFunction | undefined {
  const path = sharedPath(`schemas/grafana/${kind}.jsonschema.json`);
  if (path === undefined) return undefined;
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema;
  for (const [name, property] of ofAnyType) allowAnyType(schema, name, property);
  return new Ajv({ allErrors: true, strict: false }).compile({ ...schema, $ref: `#/definitions/${definition}` });
}

function allowAnyType({ definitions }: Schema, name: string, property: string): void {
  const properties = definitions[name]?.properties;
  if (properties === undefined) return;
  const said = properties[property] as { type?: string };
  assert.equal(said.type, 'object', 'the schema is another now');
  properties[property] = {};
}

function assertValid(validate: ValidateFunction | undefined, value: unknown): void {
  assert.ok(validate);
  validate(value);
  const errors = validate.errors ?? [];
  assert.deepEqual(
    errors.map(({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`),
    [],
  );
}
