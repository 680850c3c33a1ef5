import { parseArgs } from 'node:util';

import { UsageError } from '../../local/runner/options.ts';

/** What the command line asks for. */
export interface ReplayOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  /** Where the recorder is. */
  readonly to: string;
  /** A file of events, one a line; the standard input where it is `-`. */
  readonly file: string;
}

export const HELP = `npm run replay -- [options] FILE

Sends dead letters of durable mode to the recorder again, after their cause is mended (docs/durable.md). FILE has one
CloudEvent in structured JSON a line; - reads the standard input. An event that is sent twice leaves the same points.

  --to URL    the recorder, for example through kubectl port-forward (http://127.0.0.1:8080/)
  --dry-run   checks every line and sends nothing
  --json      the report for programs
  --help      this text

Exit code 0: every event was taken; 1: some were not, and which. The same command again is harmless.
`;

const flag = { type: 'boolean', default: false } as const;
const declared = {
  allowPositionals: true,
  options: { help: flag, json: flag, 'dry-run': flag, to: { type: 'string', default: 'http://127.0.0.1:8080/' } },
} as const;

/** Throws a `UsageError` that names what is wrong. */
export function parseOptions(args: readonly string[]): ReplayOptions {
  const { values, positionals } = readArguments([...args]);
  const [file = '', ...more] = positionals;
  const { help, json, to } = values;
  if (!help && (file === '' || more.length > 0)) throw new UsageError('Name one file, or - for the standard input.');
  if (!URL.canParse(to) || !/^https?:$/.test(new URL(to).protocol)) {
    throw new UsageError(`--to is ${JSON.stringify(to)}, not an address that begins with http:// or https://.`);
  }
  return { help, json, dryRun: values['dry-run'], to, file };
}

function readArguments(args: string[]): ReturnType<typeof parseArgs<typeof declared>> {
  try {
    return parseArgs({ args, ...declared });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nSee npm run replay -- --help.`);
  }
}
