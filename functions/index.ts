import { http } from '@google-cloud/functions-framework';
import { version } from '../package.json';
import { parseEvent } from './adapters/events.ts';
import { connectStore, toLineProtocol } from './adapters/influxdb.ts';
import { openLog } from './adapters/log.ts';
import { connectX } from './adapters/twitter.ts';
import { type App, freshState } from './app.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { secretsOf } from './config/credentials.ts';
import { createHandler } from './http.ts';
import { createRedactor } from './config/redact.ts';
import { limitServer } from './http/server-limits.ts';

/** More than any request needs by three orders of magnitude. */
const mostBodyBytes = 1_048_576;
/** queue-proxy and the activator keep idle connections for 90 s, Go's default. */
const keepAliveMs = 120_000;

// Node 24 warns of how the InfluxDB client parses its URL, in words that no operator can act on.
process.noDeprecation = true;

const config = readConfigOrExit();
const redact = createRedactor(secretsOf(config.x, config.store));
const app: App = {
  version,
  config,
  state: freshState(config),
  askX: connectX(config.x),
  store: connectStore(config.store),
  log: openLog((line) => process.stdout.write(line), config.logLevel, redact),
  redact,
};
limitServer({ mostBodyBytes, keepAliveMs });

/** The function: also under this name for those who load the module themselves. */
export const twittergraph = createHandler(app, { parseEvent, toLineProtocol });
http('twittergraph', twittergraph);

/** The framework would print the stack of a configuration error under a hint about syntax. */
function readConfigOrExit(): Config {
  try {
    return readConfig(process.env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(1);
  }
}
