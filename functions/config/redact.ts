import { oneLine } from '../failure.ts';

/** Strikes secrets out of a text. */
export type Redact = (text: string) => string;
/** Makes foreign text fit to be shown: secrets struck out, one line, at most `length` long (300). */
export type Clean = (text: string, length?: number) => string;

/** A secret in one of its forms, folded: found by any piece of so many characters. */
interface Form {
  readonly text: string;
  readonly pieceLength: number;
}

const struck = '[secret]';
/** Shorter values would be found in ordinary words and numbers. */
const minSecret = 4;
const maxPiece = 12;
const blockLength = maxPiece / 2;
const maxLayers = 3;
/** Foreign text is looked at so far: what is shown of it is much shorter. */
const maxLookedAt = 10_000;
/** One character as a URL, JSON or HTML write it; no alternative can be long. */
const escaped = /%([0-9a-f]{2})|\\u([0-9a-f]{4})|\\(.)|&#x([0-9a-f]{1,5});|&#(\d{1,6});|&(amp|lt|gt|quot|apos);/gi;
const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * A function that strikes the secrets out of a text: any twelve characters of one in a row (of a shorter one all), in any
 * case of letters, as they are or in base64 at each alignment. A text with one escaped for a URL, JSON or HTML, up to three
 * times over, is struck out as a whole.
 */
export function createRedactor(secrets: readonly string[]): Redact {
  const forms = secrets.filter(({ length }) => length >= minSecret).flatMap(formsOf);
  const pieces = new Map(forms.map(({ pieceLength }) => [pieceLength, new Set<string>()]));
  for (const { text, pieceLength } of forms)
    for (const piece of piecesOf(text, pieceLength)) pieces.get(pieceLength)?.add(piece);
  // A long piece holds one of these at a place divisible by their length: most texts need no closer look.
  const blocks = new Set(
    forms.flatMap(({ text, pieceLength }) => (pieceLength < maxPiece ? [] : piecesOf(text, blockLength))),
  );
  const short = forms.filter(({ pieceLength }) => pieceLength < maxPiece);
  const mayHold = (folded: string): boolean => {
    if (short.some(({ text }) => folded.includes(text))) return true;
    for (let at = 0; at < folded.length; at += blockLength)
      if (blocks.has(folded.slice(at, at + blockLength))) return true;
    return false;
  };
  const strikeOut = (text: string): string => {
    const folded = fold(text);
    return mayHold(folded) ? strikePieces(text, folded, pieces) : text;
  };
  const isHiddenIn = (text: string, layers: number): boolean => {
    const decoded = layers === 0 ? text : unescape(text);
    return decoded !== text && (strikeOut(decoded) !== decoded || isHiddenIn(decoded, layers - 1));
  };
  return (text) => {
    const visible = strikeOut(text);
    return isHiddenIn(visible, maxLayers) ? struck : visible;
  };
}

/** A `Clean` that strikes out by this redactor, before anything is cut off that is shown. */
export function createCleaner(redact: Redact): Clean {
  return (text, length) => oneLine(redact(text.slice(0, maxLookedAt)), length);
}

/** As it is, as bytes, and in base64 behind 0, 1 and 2 others, without the characters that are shared with neighbours. */
function formsOf(secret: string): readonly Form[] {
  const bytes = Buffer.from(secret);
  const packed = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
  });
  const formOf = (text: string, max: number): Form => ({ text: fold(text), pieceLength: Math.min(text.length, max) });
  const plain = [secret, bytes.toString('latin1')].map((text) => formOf(text, maxPiece));
  // Twelve characters are sixteen of base64, of which one can be shared.
  const forms = [...plain, ...packed.map((text) => formOf(text, maxPiece + 3))];
  return forms.filter(({ pieceLength }) => pieceLength >= minSecret);
}

/** One spelling for both cases of letters and for both alphabets of base64. */
function fold(text: string): string {
  const lower = text.toLowerCase();
  return (lower.length === text.length ? lower : text).replaceAll('-', '+').replaceAll('_', '/'); // a few letters get longer
}

function piecesOf(text: string, length: number): string[] {
  return Array.from({ length: Math.max(0, text.length - length + 1) }, (_, start) => text.slice(start, start + length));
}

function unescape(text: string): string {
  return text.replace(escaped, (_all, ...groups: (string | undefined)[]) => {
    const [byte, unit, self, hex, decimal, name = ''] = groups;
    const code = byte ?? unit ?? hex;
    if (code !== undefined) return String.fromCodePoint(parseInt(code, 16));
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    return self ?? named[name.toLowerCase()] ?? '';
  });
}

function strikePieces(text: string, folded: string, pieces: ReadonlyMap<number, ReadonlySet<string>>): string {
  let [clean, end] = ['', 0];
  for (let at = 0; at < folded.length; at += 1) {
    const found = [...pieces].filter(([length, known]) => known.has(folded.slice(at, at + length)));
    if (found.length === 0) continue;
    if (at >= end) clean += `${text.slice(end, at)}${struck}`;
    end = Math.max(end, ...found.map(([length]) => at + length));
  }
  return clean + text.slice(end);
}
