import { randomBytes } from 'node:crypto';

/** A secret that is found again whatever became of it. */
export interface Marker {
  readonly variable: string;
  readonly secret: string;
}

const maxPiece = 12;
const escapes = /%([0-9a-f]{2})|\\u([0-9a-f]{4})|&#x([0-9a-f]+);|&#(\d+);|&amp;|\\(.)/gi;

/** A secret of characters that every form writes in its own way. */
export function createMarker(variable: string, length: number): Marker {
  const letters = randomBytes(length)
    .toString('base64')
    .slice(0, length - 6);
  return { variable, secret: `${letters.slice(0, 5)}%+&/="${letters.slice(5)}`.replaceAll('"', '~') };
}

/** Everything a neighbour may say of a secret: each of them under a name. */
export function formsOf(secret: string): Readonly<Record<string, string>> {
  const each = (write: (code: string) => string): string =>
    Array.from(secret, (character) => write(character.charCodeAt(0).toString(16).padStart(2, '0'))).join('');
  const once = encodeURIComponent(secret);
  const packed = [0, 1, 2].map((before) => Buffer.from(`${'x'.repeat(before)}${secret}yy`).toString('base64'));
  return {
    whole: secret,
    'lower case': secret.toLowerCase(),
    'upper case': secret.toUpperCase(),
    'twelve at its head': secret.slice(0, maxPiece),
    'twelve at its end': secret.slice(-maxPiece),
    'twelve within': secret.slice(3, 3 + maxPiece),
    'URL once': once,
    'URL once, lower case': once.toLowerCase(),
    'URL twice': encodeURIComponent(once),
    'URL, every character': each((code) => `%${code}`),
    'JSON, every character': each((code) => String.raw`\u00${code}`),
    'HTML, decimal': Array.from(secret, (character) => `&#${character.charCodeAt(0)};`).join(''),
    'HTML, hexadecimal': each((code) => `&#x${code};`),
    'HTML by name': secret.replaceAll('&', '&amp;'),
    'base64, none before': packed[0] ?? '',
    'base64, one before': packed[1] ?? '',
    'base64, two before': packed[2] ?? '',
    base64url: Buffer.from(secret).toString('base64url'),
    'base64, lower case': (packed[0] ?? '').toLowerCase(),
  };
}

/** The markers of which a piece can be seen in a text, in any of the forms. */
export function markersIn(text: string, markers: readonly Marker[]): readonly string[] {
  const layers = [text];
  for (let layer = 0; layer < 3; layer += 1) layers.push(unescape(layers.at(-1) ?? ''));
  const folded = layers.map(fold).join('\n');
  return markers
    .filter(({ secret }) => piecesOf(secret).some((piece) => folded.includes(piece)))
    .map(({ variable }) => variable);
}

/** Every twelve characters in a row, and what base64 makes of them at each alignment, without what neighbours share. */
function piecesOf(secret: string): readonly string[] {
  const size = Math.min(maxPiece, secret.length);
  const plain = Array.from({ length: secret.length - size + 1 }, (_, at) => secret.slice(at, at + size));
  const packed = plain.flatMap((piece) =>
    [0, 1, 2].map((before) => {
      const text = Buffer.from('x'.repeat(before) + piece).toString('base64');
      return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + piece.length) * 8) / 6));
    }),
  );
  return [...plain, ...packed].map(fold);
}

function fold(text: string): string {
  return text.toLowerCase().replaceAll('-', '+').replaceAll('_', '/');
}

function unescape(text: string): string {
  return text.replace(escapes, (all, byte?: string, unit?: string, hex?: string, decimal?: string, self?: string) => {
    const code = byte ?? unit ?? hex;
    if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
    if (decimal !== undefined) return String.fromCharCode(Number(decimal));
    return self ?? (all.toLowerCase() === '&amp;' ? '&' : all);
  });
}
