/** Which of X's metrics a field comes from, the preferred name first. */
export type FieldSources = Readonly<Record<string, readonly string[]>>;

/** The counts X gave, by field. What it did not give, or gave as anything but a count, is no field. */
export function countsIn(metrics: Readonly<Record<string, unknown>>, sources: FieldSources): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const [field, names] of Object.entries(sources)) {
    const count = names.map((name) => metrics[name]).find(isCount);
    if (count !== undefined) fields[field] = count;
  }
  return fields;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
