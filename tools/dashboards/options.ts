import { parseArgs } from 'node:util';

import { UsageError } from '../../local/runner/options.ts';

/** What the command line asks for. */
export interface DashboardOptions {
  readonly help: boolean;
  readonly json: boolean;
  /** Only say what would change. */
  readonly check: boolean;
  /** Exports to take over; without any, what is kept in `folder`. */
  readonly files: readonly string[];
  readonly folder: string;
}

export const HELP = `npm run dashboards:normalise -- [options] [FILE…]

Brings dashboards exported from Grafana back to the form in which they are kept in grafana/dashboards/:
without ids, versions, choices and defaults, with the provisioned data source, keys in one order, formatted.
Each FILE is written to the file of its uid there: twittergraph-posts to posts.json. Without a FILE
all files of the folder are brought into form. Doing it again changes nothing.

  --check          write nothing; exit code 1 if a file is not in form
  --folder FOLDER  where the dashboards are kept (grafana/dashboards)
  --json           for programs: {"files":[{"from","to","changed"}]}
  --help           this text

Exit code 0: in form; 1: not in form (--check), or what is wrong with a file.
`;

const declared = {
  allowPositionals: true,
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    json: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    folder: { type: 'string', default: 'grafana/dashboards' },
  },
} as const;

/** Throws a `UsageError` that names the option. */
export function parseOptions(args: readonly string[]): DashboardOptions {
  const { values, positionals } = readArguments([...args]);
  return { ...values, files: positionals };
}

function readArguments(args: string[]): ReturnType<typeof parseArgs<typeof declared>> {
  try {
    return parseArgs({ args, ...declared });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${reason}\nSee npm run dashboards:normalise -- --help.`);
  }
}
