import { http } from '@google-cloud/functions-framework';
import { version } from '../package.json';
import { connectBroker, parseEvent } from './adapters/events.ts';
import { connectInfluxDb, toLineProtocol } from './adapters/influxdb.ts';
import { createLog } from './adapters/log.ts';
import { connectX } from './adapters/twitter.ts';
import { type Config, readConfig } from './config.ts';
import { secretsOf } from './config/credentials.ts';
import { createCleaner, createRedactor } from './config/redact.ts';
import { ConfigError } from './config/settings.ts';
import { createHandler } from './http.ts';
import { limitServer } from './http/server-limits.ts';
import { openShutdown, shutDown } from './run/shutdown.ts';
import { freshMemory, type Instance } from './run/instance.ts';

/** More than any request needs by three orders of magnitude. */
const maxBodyBytes = 1_048_576;
/** queue-proxy and the activator keep idle connections for 90 s, Go's default. */
const keepAliveMs = 120_000;

// Node 24 warns of how the InfluxDB client parses its URL, in words that no operator can act on.
process.noDeprecation = true;

const config = readConfigOrExit();
const redact = createRedactor(secretsOf(config.x, config.store));
const clean = createCleaner(redact);
const instance: Instance = {
  version,
  config,
  askX: connectX(config.x),
  store: {
    influxdb: connectInfluxDb(config.store),
    access: config.store,
    clean,
    broker: config.broker && connectBroker(config.broker, config.app),
  },
  toLineProtocol,
  log: createLog(process.stdout, config.logLevel, redact),
  clean,
  memory: freshMemory(config),
  shutdown: openShutdown(),
};
limitServer({ maxBodyBytes, keepAliveMs });
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void shutDown(instance.shutdown, instance.memory.turn).then(() => process.exit(0)));
}
process.on('newListener', dropFrameworkEnd);

/** The function: also under this name for those who load the module themselves. */
export const twittergraph = createHandler(instance, parseEvent);
http('twittergraph', twittergraph);

/** The framework would answer the run under way with 500 and end at once. */
function dropFrameworkEnd(event: string | symbol, listener: (...args: unknown[]) => void): void {
  const isSignal = event === 'SIGTERM' || event === 'SIGINT';
  if (isSignal && String(listener).includes('sendCrashResponse')) process.nextTick(() => process.off(event, listener));
}

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
