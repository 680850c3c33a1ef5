/** An unsigned 32-bit number that always belongs to this text (FNV-1a, then mixed). */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return mixBits(hash);
}

/** A number in [0, 1) that always belongs to this seed, this kind of thing and this index. */
export function drawFraction(seed: number, kind: number, index = 0): number {
  return mixBits(mixBits(seed + Math.imul(kind, 0x9e3779b9)) + Math.imul(index, 0x85ebca6b)) / 2 ** 32;
}

function mixBits(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  hash = Math.imul(hash ^ (hash >>> 15), 0x846ca68b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
