/** JSON that is no longer cannot have more lists and objects. */
export const maxNested = 1_000_000;

/** Whether JSON has so many lists and objects that it would take many times its length in memory; no neighbour's has. */
export function isOvergrown(text: string): boolean {
  let left = maxNested;
  for (let at = 0; at < text.length && left >= 0; at += 1) if (text[at] === '[' || text[at] === '{') left -= 1;
  return left < 0;
}
