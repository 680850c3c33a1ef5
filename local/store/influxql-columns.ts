import type { Sample } from './influxql-aggregate.ts';
import type { Aggregate, Column, Reference, Select } from './influxql-parse.ts';
import type { FieldValue } from './line-protocol.ts';
import type { Measurement } from './series.ts';

/** A column of an answer. */
export type NamedColumn = Reference & { name: string; aggregate: Aggregate | undefined };

/** The columns a SELECT answers with besides the time, each with a name of its own. */
export function nameColumns(select: Select, measurement: Measurement): NamedColumn[] {
  const fields = [...measurement.fieldTypes.keys()];
  const grouped = select.groupBy.tags;
  const tags = [...measurement.tagKeys].filter((key) => grouped !== '*' && !grouped.includes(key));
  const used = new Map<string, number>();
  return select.columns
    .filter(({ of, aggregate }) => aggregate !== undefined || of !== 'time')
    .flatMap((column) => expandColumn(column, fields, tags))
    .map((column) => {
      const count = used.get(column.name) ?? 0;
      used.set(column.name, count + 1);
      return count === 0 ? column : { ...column, name: `${column.name}_${count}` };
    });
}

function expandColumn(column: Column, fields: string[], tags: string[]): NamedColumn[] {
  const { of, kind, isWildcard, aggregate, alias } = column;
  if (!isWildcard) return [{ name: alias ?? aggregate ?? of, of, ...(kind && { kind }), aggregate }];
  if (aggregate === undefined) return [...fields, ...tags].sort().map((of) => ({ name: of, of, aggregate }));
  return fields.sort().map((of) => ({ name: `${alias ?? aggregate}_${of}`, of, aggregate }));
}

/** What a point has under the column's name. */
export function readValue({ fields, tags }: Sample, { of, kind }: Reference): FieldValue | null {
  return (kind === 'tag' ? undefined : fields.get(of)) ?? (kind === 'field' ? undefined : tags.get(of)) ?? null;
}
