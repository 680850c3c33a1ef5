import type { DataFrame } from '@grafana/data';
import type { Panel } from '@grafana/schema';

import type { Frame } from '../plugin/frames.ts';
import { grafana } from '../plugin/grafana.ts';

/** A step from a panel's answers to what it shows. */
export type Transformation = NonNullable<Panel['transformations']>[number];

/** Answers by the query they belong to. */
export interface Answer {
  readonly refId: string;
  readonly frames: readonly Frame[];
}

const {
  FieldType,
  getFrameMatchers,
  standardTransformers,
  standardTransformersRegistry,
  toDataFrame,
  transformDataFrame,
} = grafana;
// Some are there twice, under an older name.
const transformers = new Map(Object.values(standardTransformers).map((transformer) => [transformer.id, transformer]));
const looks = { editor: () => null, imageDark: '', imageLight: '' };
standardTransformersRegistry.setInit(() =>
  [...transformers.values()].map((transformer) => {
    const { id, name } = transformer;
    return { id, name, ...looks, transformation: () => Promise.resolve(transformer) };
  }),
);
// The one thing of a browser that transformations look at: whether they are in a dashboard of today's kind.
Object.assign(globalThis, { window: { __grafanaSceneContext: {} } });

/**
 * A panel's answers through its transformations, done by Grafana's own code. `look` sees what each is about to be given.
 * Throws for one that Grafana does not have.
 */
export async function transform(
  answers: readonly Answer[],
  transformations: readonly Transformation[],
  look: (transformation: Transformation, frames: readonly DataFrame[]) => void = () => undefined,
): Promise<readonly DataFrame[]> {
  let frames = answers.flatMap(({ refId, frames: own }) => own.map((frame) => toDataFrame(describe(refId, frame))));
  for (const transformation of transformations) {
    look(transformation, frames.filter(selectorOf(transformation)));
    if (transformation.id === 'partitionByValues')
      frames = frames.slice(0, 1).flatMap((frame) => partition(frame, transformation));
    else {
      if (standardTransformersRegistry.getIfExists(transformation.id) === undefined)
        throw new Error(`Grafana has no transformation ${transformation.id}`);
      frames = await apply(transformation, frames);
    }
  }
  return frames;
}

function selectorOf({ filter }: Transformation): (frame: DataFrame) => boolean {
  return filter === undefined ? () => true : getFrameMatchers(filter);
}

function apply({ id, options, filter }: Transformation, frames: DataFrame[]): Promise<DataFrame[]> {
  return new Promise((resolve, reject) => {
    transformDataFrame([{ id, options: options as object, ...(filter && { filter }) }], frames).subscribe({
      next: resolve,
      error: reject,
    });
  });
}

function describe(refId: string, { name, fields }: Frame): Parameters<typeof toDataFrame>[0] {
  return {
    name,
    refId,
    fields: fields.map(({ name: fieldName, displayName, type, labels, values }) => ({
      name: fieldName,
      type: FieldType[type],
      labels,
      values: [...values],
      config: type === 'time' ? {} : { displayNameFromDS: displayName },
    })),
  };
}

/**
 * A frame of the first for each value of a field, which becomes a label of the others: this transformation lives in Grafana itself.
 * https://github.com/grafana/grafana/blob/main/public/app/features/transformers/partitionByValues/partitionByValues.ts
 */
function partition(frame: DataFrame, { options }: Transformation): DataFrame[] {
  const [name, ...others] = (options as { readonly fields: readonly string[] }).fields;
  const by = frame.fields.find((field) => field.name === name);
  if (by === undefined || others.length > 0) throw new Error(`there is no field ${String(name)} to partition by`);
  const kept = frame.fields.filter((field) => field !== by);
  return [...new Set(by.values as unknown[])].map((key) => {
    const rows = by.values.flatMap((value: unknown, index) => (value === key ? [index] : []));
    const fields = kept.map(({ name: keptName, type, labels, values }) => ({
      name: keptName,
      type,
      labels: { ...labels, [by.name]: String(key) },
      config: {},
      values: rows.map((row) => values[row] as unknown),
    }));
    return { ...frame, fields, length: rows.length };
  });
}
