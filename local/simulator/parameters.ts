import { InvalidRequest, type ParameterError } from './problems.ts';

/** What a parameter may hold; lists are comma separated and hold 1 to 100 values. */
export type ParameterRule =
  | { readonly kind: 'list'; readonly pattern: RegExp; readonly required?: true }
  | { readonly kind: 'choices'; readonly choices: readonly string[] }
  | { readonly kind: 'integer'; readonly min: number; readonly max: number }
  | { readonly kind: 'text'; readonly pattern: RegExp }
  | { readonly kind: 'time' };

export const ID = /^[0-9]{1,19}$/;
export const USERNAME = /^[A-Za-z0-9_]{1,15}$/;
const MOST_VALUES = 100;
const RFC3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Throws InvalidRequest with everything that is wrong about the parameters, as X does before it answers anything. */
export function checkParameters(query: URLSearchParams, rules: Record<string, ParameterRule>): void {
  const unknown = [...new Set(query.keys())].filter((name) => !(name in rules));
  const errors = unknown.map((name) => {
    const names = Object.keys(rules).join(',');
    return {
      parameters: { [name]: query.getAll(name) },
      message: `The query parameter [${name}] is not one of [${names}]`,
    };
  });
  for (const [name, rule] of Object.entries(rules)) errors.push(...checkParameter(query, name, rule));
  if (errors.length > 0) throw new InvalidRequest(errors);
}

/** Throws InvalidRequest where a part of the path does not match. */
export function checkPathPart(name: string, value: string, pattern: RegExp): void {
  if (pattern.test(value)) return;
  throw new InvalidRequest([
    { parameters: { [name]: [value] }, message: tell(name, `value [${value}] does not match ${pattern.source}`) },
  ]);
}

/** The values of a comma separated parameter, each once, in the order they were asked for. */
export function readList(query: URLSearchParams, name: string): string[] {
  return [
    ...new Set(
      query
        .get(name)
        ?.split(',')
        .filter((value) => value !== '') ?? [],
    ),
  ];
}

function checkParameter(query: URLSearchParams, name: string, rule: ParameterRule): ParameterError[] {
  const given = query.get(name);
  const error = (problem: string): ParameterError[] => [
    { parameters: { [name]: given === null ? [] : [given] }, message: tell(name, problem) },
  ];
  if (given === null) return rule.kind === 'list' && rule.required ? error('can not be empty') : [];
  if (given === '') return error('can not be empty');
  const problem = findProblem(given, rule);
  return problem === undefined ? [] : error(problem);
}

function findProblem(given: string, rule: ParameterRule): string | undefined {
  const values = given.split(',');
  switch (rule.kind) {
    case 'list': {
      const wrong = values.find((value) => !rule.pattern.test(value));
      if (wrong !== undefined) return `value [${wrong}] does not match ${rule.pattern.source}`;
      return values.length <= MOST_VALUES
        ? undefined
        : `list size [${values.length}] is not between 1 and ${MOST_VALUES}`;
    }
    case 'choices': {
      const wrong = values.find((value) => !rule.choices.includes(value));
      return wrong === undefined ? undefined : `value [${wrong}] is not one of [${rule.choices.join(',')}]`;
    }
    case 'integer': {
      const inside = /^\d{1,9}$/.test(given) && Number(given) >= rule.min && Number(given) <= rule.max;
      return inside ? undefined : `value [${given}] is not between ${rule.min} and ${rule.max}`;
    }
    case 'text':
      return rule.pattern.test(given) ? undefined : `value [${given}] does not match ${rule.pattern.source}`;
    case 'time':
      if (RFC3339.test(given) && !Number.isNaN(Date.parse(given))) return undefined;
      return `value [${given}] is not a valid RFC3339 date-time`;
  }
}

function tell(name: string, problem: string): string {
  return `The \`${name}\` query parameter ${problem}`;
}
