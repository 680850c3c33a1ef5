import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../support/yaml.ts';

/** A row of a table: its cells by the header above them, as they stand in the source. */
export type TableRow = Readonly<Record<string, string>>;

/** Folders that hold nothing of the repository's own. */
const foreign = ['.git', '.cache', 'node_modules', 'dist', 'data'];

/** A file of the repository as text. */
export function readText(path: string): string {
  return readFileSync(join(root, path), 'utf8');
}

/** Every file below a folder of the repository, as paths from that folder. */
export function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return [entry.name];
    if (foreign.includes(entry.name)) return [];
    return listFiles(join(folder, entry.name)).map((path) => `${entry.name}/${path}`);
  });
}

/** The text below a heading, up to the next one of its level or a higher one. Throws where there is no such heading. */
export function sectionOf(text: string, heading: string): string {
  const [, marks = ''] = /^(#+) /.exec(heading) ?? [];
  const lines = withoutBlocks(text).split('\n');
  const start = lines.indexOf(heading);
  if (start < 0) throw new Error(`no heading "${heading}"`);
  const length = lines.slice(start + 1).findIndex((line) => new RegExp(`^#{1,${marks.length}} `).test(line));
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join('\n');
}

/** The rows of the table whose header begins with these columns. Throws where there is none. */
export function tableOf(text: string, ...columns: string[]): TableRow[] {
  const lines = text.split('\n').map(cellsOf);
  const start = lines.findIndex((cells) => columns.every((column, index) => cells[index] === column));
  if (start < 0) throw new Error(`no table with the columns ${columns.join(', ')}`);
  const header = lines[start] ?? [];
  const rest = lines.slice(start + 2);
  const end = rest.findIndex((cells) => cells.length === 0);
  return rest
    .slice(0, end < 0 ? undefined : end)
    .map((cells) => Object.fromEntries(header.map((name, index) => [name, cells[index] ?? ''])));
}

/** A cell without the backticks around it; nothing for a cell that is not there. */
export function unquote(cell: string | undefined): string {
  return cell?.replace(/^`(.*)`$/, '$1') ?? '';
}

/** The texts between backticks, blocks left out. */
export function codeSpans(text: string): string[] {
  return [...withoutBlocks(text).matchAll(/`([^`\n]+)`/g)].map(([, span = '']) => span);
}

/** The contents of the fenced blocks, with their language. */
export function codeBlocks(text: string): { language: string; code: string }[] {
  return [...text.matchAll(/^ *```(\w*)\n([^]*?)^ *```/gm)].map(([, language = '', code = '']) => ({ language, code }));
}

/** The targets of the links and the pictures, blocks left out. */
export function linkTargets(text: string): string[] {
  const targets = withoutBlocks(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset|href)="([^"]+)"/g);
  return [...targets].map(([, target, attribute]) => target ?? attribute ?? '');
}

/** The names by which GitHub links to the headings. */
export function anchorsOf(text: string): string[] {
  const headings = [...withoutBlocks(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => heading);
  return headings.map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}

function cellsOf(line: string): string[] {
  return /^\s*\|.*\|\s*$/.test(line)
    ? line
        .trim()
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim())
    : [];
}

function withoutBlocks(text: string): string {
  return text.replace(/^ *```\w*\n[^]*?^ *```$/gm, '');
}
