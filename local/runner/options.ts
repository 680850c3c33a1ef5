import { parseArgs } from 'node:util';

/** What the command line asks for. A port is a wish: where it is taken, a free one is used. */
export interface Options {
  readonly help: boolean;
  readonly json: boolean;
  readonly pagePort: number;
  readonly functionPort: number;
  readonly storePort: number;
  readonly dataFolder: string;
}

/** A mistake of the person who started the command: its message is all they need to see. */
export class UsageError extends Error {}

export const HELP = `npm run local -- [options]

Runs the whole pipeline on this machine: the function as it is deployed, the schedules of knative/,
a store and a page with charts. Without credentials in the environment X is simulated.

  --port N           the page (8000)
  --function-port N  the function (8080)
  --store-port N     the embedded store (8086)
                     A port that is taken is replaced by a free one.
  --data FOLDER      where the embedded store keeps what it is given (data)
  --json             everything as JSON lines, for programs
  --help             this text

Environment, as for the function itself (docs/variables.md):
  TWITTER_USERS           the accounts; the simulator knows every name
  TWITTER_BEARER_TOKEN    asks the real X, which costs money; or the four values of OAuth 1.0a
  INFLUXDB_URL            writes to this InfluxDB, with INFLUXDB_USERNAME and INFLUXDB_PASSWORD
`;

/** Throws a UsageError that names the option. */
export function parseOptions(args: string[]): Options {
  const { values } = readArguments(args);
  return {
    help: values.help,
    json: values.json,
    pagePort: readPort('--port', values.port),
    functionPort: readPort('--function-port', values['function-port']),
    storePort: readPort('--store-port', values['store-port']),
    dataFolder: values.data,
  };
}

function readArguments(args: string[]): ReturnType<typeof parseArgs<typeof declared>> {
  try {
    return parseArgs({ args, ...declared });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\nSee npm run local -- --help.`);
  }
}

const declared = {
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    json: { type: 'boolean', default: false },
    port: { type: 'string', default: '8000' },
    'function-port': { type: 'string', default: '8080' },
    'store-port': { type: 'string', default: '8086' },
    data: { type: 'string', default: 'data' },
  },
} as const;

function readPort(name: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new UsageError(`${name} is ${JSON.stringify(text)}, not a port from 0 to 65535.`);
}
