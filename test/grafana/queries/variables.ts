import type { Dashboard, VariableModel } from '@grafana/schema';

import type { Influxd } from '../../support/influxd.ts';
import { askInfluxd } from '../plugin/ask.ts';
import { buildQuery } from '../plugin/build.ts';
import { type Frame, toFrames } from '../plugin/frames.ts';
import { interpolate, type VariableValue } from '../plugin/interpolate.ts';
import type { TimeRange } from '../plugin/interval.ts';
import { queryOf } from '../dashboard.ts';

/** What somebody chose above a dashboard, by the variable's name. */
export type Choices = Readonly<Record<string, string | readonly string[]>>;

/**
 * The variables of a dashboard, each asked for with those before it filled in. What is not chosen is all, or else the
 * first of the options. Throws for a choice that is no option, unless it is an account.
 */
export async function resolveVariables(
  influxd: Influxd,
  { templating }: Dashboard,
  range: TimeRange,
  choices: Choices = {},
): Promise<readonly VariableValue[]> {
  const known: VariableValue[] = [];
  for (const variable of templating?.list ?? []) {
    const { name, type, multi = false } = variable;
    if (type !== 'query') throw new Error(`a variable of type ${type} is not known here: add it`);
    const options = await optionsOf(influxd, variable, range, known);
    known.push({ name, multi, value: valueOf(variable, options, choices[name]) });
  }
  return known;
}

/**
 * What a variable's query offers. https://github.com/grafana/grafana-influxdb-datasource/blob/main/src/variables.ts and
 * datasource.ts (`toMetricFindValue`)
 */
export async function optionsOf(
  influxd: Influxd,
  variable: VariableModel,
  range: TimeRange,
  known: readonly VariableValue[],
): Promise<readonly string[]> {
  if ((variable.regex ?? '') !== '') throw new Error('a regex over the options is not known here: add it');
  const asked = buildQuery(interpolate(queryOf(variable), known, range), range, 1000);
  const frames = toFrames(await askInfluxd(influxd, asked), { intervalMs: 1000 });
  return sorted([...new Set(frames.flatMap(textsOf))], variable.sort);
}

/** https://github.com/grafana/scenes/blob/main/packages/scenes/src/variables/variants/query/utils.ts (`sortVariableValues`) */
function sorted(texts: readonly string[], sort = 0): string[] {
  const keyOf = { 0: undefined, 3: Number, 5: (text: string) => text.toLowerCase() }[sort];
  if (keyOf === undefined && sort !== 0) throw new Error(`the sort ${sort} of a variable is not known here: add it`);
  return keyOf === undefined ? [...texts] : texts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The first column of text, or else the first that is not a time. */
function textsOf({ fields }: Frame): string[] {
  const field = fields.find(({ type }) => type === 'string') ?? fields.find(({ type }) => type !== 'time');
  return (field?.values ?? []).filter((value) => value !== null).map(String);
}

function valueOf(
  { name, includeAll, allValue }: VariableModel,
  options: readonly string[],
  choice: string | readonly string[] | undefined,
): VariableValue['value'] {
  // Grafana keeps what a link brings along. An account need not be offered: what is chosen is known to the seed.
  const strangers = name === 'account' ? [] : [choice ?? []].flat().filter((value) => !options.includes(value));
  if (strangers.length > 0) throw new Error(`${strangers.join()} is no option of ${name}: ${options.join()}`);
  if (choice !== undefined) return choice;
  if (includeAll !== true) return options[0] ?? '';
  return typeof allValue === 'string' && allValue !== '' ? { raw: allValue } : options;
}
