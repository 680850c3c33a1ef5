import type { Endpoints } from './endpoints.ts';
import type { NameResult } from './names.ts';
import type { ImportOptions } from './options.ts';
import type { Outcome } from './run.ts';
import { SOURCE_MEASUREMENTS } from './convert.ts';

/** The report for programs: times in ISO 8601, money in integer micro-dollars. */
export function toFacts(
  { results, unknown, nameless, lookedUp, policies, warnings }: Outcome,
  ends: Endpoints,
  options: ImportOptions,
): object {
  return {
    dryRun: options.dryRun,
    source: { ...placeOf(ends.source), policies },
    target: placeOf(ends.target),
    names: results.map(toNameFacts),
    unknown: unknown.map(({ name, first, last, numbers }) => ({
      name,
      first: isoOf(first),
      last: isoOf(last),
      numbers,
    })),
    nameless,
    warnings,
    ...(lookedUp === undefined ? {} : { lookUp: lookedUp }),
  };
}

/** What is not as it should be after an import, one sentence each. */
export function problemsOf({ identity, state, found }: NameResult): string[] {
  const { counts, tally, before } = state;
  const unread = SOURCE_MEASUREMENTS.filter((name) => (counts[name] ?? 0) !== (tally.read[name] ?? 0)).map(
    (name) =>
      `the source counted ${counts[name] ?? 0} numbers in ${name} and gave ${tally.read[name] ?? 0}: was it changed meanwhile?`,
  );
  const lost = Object.entries(found === undefined ? {} : tally.written).flatMap(([field, written]) => {
    const missing = (before[field] ?? 0) + written - (found?.[field] ?? 0);
    return missing > 0 ? [`${missing} numbers written as ${field} are not in the target: import again`] : [];
  });
  return [...unread, ...lost].map((problem) => `${JSON.stringify(identity.name)}: ${problem}`);
}

function toNameFacts(result: NameResult): object {
  const { identity, state, resumedAt, found } = result;
  const { points, ...numbers } = state.tally;
  return {
    ...identity,
    first: isoOf(state.first),
    last: isoOf(state.last),
    ...(resumedAt === undefined ? {} : { resumedAt: isoOf(resumedAt) }),
    points,
    numbers,
    ...(found === undefined ? {} : { inTarget: { before: state.before, after: found } }),
    problems: problemsOf(result),
  };
}

function placeOf({ url, database }: Endpoints['source']): object {
  return { url, database };
}

function isoOf(time: number): string {
  return new Date(time).toISOString();
}
