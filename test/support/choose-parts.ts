/** The parts of these names, all without any. Throws for a name that none of them has. */
export function chooseParts<P extends { readonly name: string }>(
  parts: readonly P[],
  names: readonly string[],
): readonly P[] {
  const unknown = names.find((name) => !parts.some((part) => part.name === name));
  if (unknown !== undefined) throw new Error(`There is no part ${unknown}: see --help.`);
  return parts.filter(({ name }) => names.length === 0 || names.includes(name));
}
