import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

import { readYaml } from '../../support/yaml.ts';

type Schema = Record<string, unknown>;

/**
 * Says what is wrong with a manifest by the CustomResourceDefinition in a file, nothing if it is right. The API server
 * drops unknown fields or, asked strictly, refuses them: here they are always wrong. Of the metadata it knows what our
 * manifests may set, so a namespace is wrong too.
 */
export function openCrd(path: string, version: string): (manifest: unknown) => string[] {
  const crd = readYaml(path) as {
    spec: { group: string; names: { kind: string }; versions: { name: string; schema: { openAPIV3Schema: Schema } }[] };
  };
  const found = crd.spec.versions.find(({ name }) => name === version);
  if (!found) throw new Error(`${path} has no version ${version}.`);
  const schema = closeObjects(found.schema.openAPIV3Schema);
  schema['required'] = ['apiVersion', 'kind', 'metadata', ...((schema['required'] ?? []) as string[])];
  Object.assign(schema['properties'] as Schema, {
    apiVersion: { const: `${crd.spec.group}/${version}` },
    kind: { const: crd.spec.names.kind },
    metadata: metadataSchema,
  });
  const validate = addFormats(newAjv()).compile(schema);
  return (manifest) => {
    validate(manifest);
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
    );
  };
}

const dnsName = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$';
const labelValue = { type: 'string', maxLength: 63, pattern: '^([A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?)?$' };

const metadataSchema: Schema = {
  type: 'object',
  required: ['name'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', maxLength: 63, pattern: dnsName },
    labels: { type: 'object', additionalProperties: labelValue },
    annotations: { type: 'object', additionalProperties: { type: 'string' } },
  },
};

function newAjv(): Ajv {
  const ajv = new Ajv({ strict: false, allErrors: true });
  for (const format of ['int32', 'int64', 'double']) ajv.addFormat(format, true);
  return ajv;
}

/** A copy in which every object with known fields takes no others. */
function closeObjects(schema: Schema): Schema {
  const closed: Schema = { ...schema };
  const properties = schema['properties'] as Record<string, Schema> | undefined;
  if (properties) {
    closed['properties'] = Object.fromEntries(
      Object.entries(properties).map(([name, property]) => [name, closeObjects(property)]),
    );
    if (schema['x-kubernetes-preserve-unknown-fields'] !== true) closed['additionalProperties'] = false;
  }
  for (const key of ['items', 'additionalProperties']) {
    const inner = schema[key];
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner))
      closed[key] = closeObjects(inner as Schema);
  }
  return closed;
}
