/** `npm run schema`: the JSON Schema of record events, made again from the table of measurements. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { format } from 'prettier';

import { recordSchema, schemaPath } from './schema.ts';

const HELP = `npm run schema -- [options]

Writes ${schemaPath} from functions/measurement.ts.

  --check   writes nothing; exit code 1 if the file is another
  --json    the answer for programs
  --help    this text
`;

const flag = { type: 'boolean', default: false } as const;

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  return 1;
});

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { check: flag, json: flag, help: flag } });
  if (values.help) {
    process.stdout.write(HELP);
    return 0;
  }
  const path = join(import.meta.dirname, '..', '..', schemaPath);
  const text = await format(JSON.stringify(recordSchema()), { parser: 'json', printWidth: 120 });
  const changed = readIfThere(path) !== text;
  if (changed && !values.check) writeFileSync(path, text);
  const words = changed ? (values.check ? 'is another' : 'written') : 'is right';
  process.stdout.write(values.json ? `${JSON.stringify({ path: schemaPath, changed })}\n` : `${schemaPath} ${words}\n`);
  return changed && values.check ? 1 : 0;
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
