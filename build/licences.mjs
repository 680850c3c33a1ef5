import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The licences of all packages of which something is in the bundle, as their authors want them to travel with it. */
export function licencesOf(metafile) {
  const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []));
  return [...folders].sort().map(licenceIn).join('\n');
}

function licenceIn(folder) {
  const { name, version, license, author } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const by = typeof author === 'object' ? author.name : author;
  const texts = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const text = texts.map((file) => readFileSync(join(folder, file), 'utf8').trim()).join('\n\n');
  const missing = `The package brings no text of it: https://spdx.org/licenses/${license}.html`;
  const heading = `${name} ${version}: ${license}${by === undefined ? '' : `, by ${by}`}`;
  return `${'='.repeat(80)}\n${heading}\n${'='.repeat(80)}\n${text || missing}\n`;
}
