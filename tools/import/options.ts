import { parseArgs } from 'node:util';

import { UsageError } from '../../local/runner/options.ts';

/** What the command line asks for. */
export interface ImportOptions {
  readonly help: boolean;
  readonly json: boolean;
  readonly dryRun: boolean;
  /** Whether X may be asked, for money, who has a name. */
  readonly lookUp: boolean;
  /** The source's address; without one it is the InfluxDB that is written to. */
  readonly from: string | undefined;
  readonly fromDatabase: string;
  /** Ids by name, as `keyOfName` spells it. */
  readonly ids: ReadonlyMap<string, string>;
  /** Where it is kept how far the import has come. */
  readonly dataFolder: string;
}

export const HELP = `npm run import:twittergraph -- [options]

Reads what clcollins/twitterGraph has collected from its InfluxDB and writes it as twitter_user into the
InfluxDB that twittergraph is configured with (docs/variables.md: INFLUXDB_URL and the others). The source is only read.

  --from URL            the source's InfluxDB, such as http://old-influxdb:8086; without it the one that is written
                        to. All its retention policies are read. Its credentials, if it wants any, are
                        FROM_INFLUXDB_USERNAME and FROM_INFLUXDB_PASSWORD in the environment, or files (..._FILE):
                        never on the command line
  --from-database NAME  the source's database (twittergraph)
  --map NAME=ID         the account behind a name; may be given for each. Without it the id comes from
                        what twittergraph has collected under that name
  --lookup              asks X who has the names that are still unknown: costs money (0.01 USD a name by X's
                        price list), within the daily budget and entered in its ledger
  --dry-run             reads and compares everything, writes nothing, asks X nothing
  --data FOLDER         where it is kept how far the import has come (data)
  --json                the report for programs
  --help                this text

Interrupted, by whatever it be: the same command again goes on where it stopped. Repeated: writes what is missing.
Exit code 0: all is there; 1: something went wrong, and what; 2: there are names without an id, of which nothing
was imported, the others were.
`;

/** Throws a `UsageError` that names the option. */
export function parseOptions(args: readonly string[]): ImportOptions {
  const values = readArguments([...args]);
  return {
    help: values.help,
    json: values.json,
    dryRun: values['dry-run'],
    lookUp: values.lookup,
    from: values.from,
    fromDatabase: values['from-database'],
    ids: readIds(values.map ?? []),
    dataFolder: values.data,
  };
}

/** A name in the one spelling in which names are compared: X takes capitals for small letters. */
export function keyOfName(name: string): string {
  return name.replace(/^@/, '').toLowerCase();
}

function readArguments(args: string[]): ReturnType<typeof parseArgs<typeof declared>>['values'] {
  try {
    return parseArgs({ args, ...declared }).values;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${why}\nSee npm run import:twittergraph -- --help.`);
  }
}

const declared = {
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    json: { type: 'boolean', default: false },
    'dry-run': { type: 'boolean', default: false },
    lookup: { type: 'boolean', default: false },
    from: { type: 'string' },
    'from-database': { type: 'string', default: 'twittergraph' },
    map: { type: 'string', multiple: true },
    data: { type: 'string', default: 'data' },
  },
} as const;

function readIds(maps: readonly string[]): Map<string, string> {
  const ids = new Map<string, string>();
  for (const map of maps) {
    const [, name = '', id = ''] = /^(.+)=(?:id:)?([0-9]{1,19})$/s.exec(map) ?? [];
    if (name === '') throw new UsageError(`--map is ${JSON.stringify(map)}, not a name and its id such as jack=12.`);
    const key = keyOfName(name);
    if (ids.has(key) && ids.get(key) !== id) throw new UsageError(`--map gives ${JSON.stringify(name)} two ids.`);
    ids.set(key, id);
  }
  return ids;
}
