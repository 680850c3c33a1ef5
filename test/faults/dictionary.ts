import { MEASUREMENTS } from '../../functions/measurement.ts';
import type { Influxd } from '../support/influxd.ts';

interface Answer {
  readonly results: readonly {
    readonly series?: readonly { readonly name: string; readonly values: readonly (readonly string[])[] }[];
  }[];
}

/** What the store holds and MEASUREMENTS does not have, one sentence each. */
export async function checkDictionary(influxd: Influxd): Promise<string[]> {
  const { results } = (await influxd.query('SHOW FIELD KEYS; SHOW TAG KEYS')) as Answer;
  const known: Readonly<Record<string, { readonly fields: object; readonly tags: readonly string[] } | undefined>> =
    MEASUREMENTS;
  const keysOf = (index: number): readonly [string, string][] =>
    (results[index]?.series ?? []).flatMap(({ name, values }) =>
      values.map(([key = '']): [string, string] => [name, key]),
    );
  const fields = keysOf(0).filter(([name, key]) => !(key in (known[name]?.fields ?? {})));
  const tags = keysOf(1).filter(([name, key]) => known[name]?.tags.includes(key) !== true);
  return [...fields, ...tags].map(([name, key]) => `${name} has ${key}, which the dictionary does not know`);
}
