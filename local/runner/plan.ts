import { randomBytes } from 'node:crypto';
import { type Config, readConfig } from '../../functions/config.ts';
import { ConfigError, type Environment, findSetting, openSettings } from '../../functions/config/settings.ts';
import { type Options, UsageError } from './options.ts';
import { findPort } from './ports.ts';

/** What is going to run, decided from the environment and checked before anything is started. */
export interface Plan {
  /** Whether X is simulated, else the real one is asked. */
  readonly simulated: boolean;
  /** How many times faster than real the simulated X and the schedules run; 1 with the real X. */
  readonly speed: number;
  /** Whether the store is the embedded one, else the InfluxDB of the environment. */
  readonly embedded: boolean;
  readonly ports: Ports;
  readonly moved: readonly Moved[];
  readonly dataFolder: string;
  /** The function's whole environment. */
  readonly env: Environment;
  /** The same as the function will read it. */
  readonly config: Config;
}

interface Ports {
  readonly page: number;
  readonly function: number;
  readonly store: number;
  readonly simulator: number;
}

/** A port that was taken. */
export interface Moved {
  readonly what: string;
  readonly wanted: number;
  readonly port: number;
}

const SIMULATED_SPEED = 60;
const DEMO_ACCOUNTS = [
  'harbour_lights',
  'tidewater_news',
  'quietpixel',
  'moss_and_maple',
  'suspended_sam',
  'nobody_at_all',
];
const X_CREDENTIALS = [
  'TWITTER_BEARER_TOKEN',
  'TWITTER_API_KEY',
  'TWITTER_API_SECRET',
  'TWITTER_ACCESS_TOKEN',
  'TWITTER_ACCESS_SECRET',
];
const STORE_ADDRESS = ['INFLUXDB_URL', 'INFLUXDB_HOST'];
/** Credentials of the environment must not reach what is embedded or simulated, not even through a file. */
const STORE_SETTINGS = [...STORE_ADDRESS, 'INFLUXDB_USERNAME', 'INFLUXDB_PASSWORD', 'INFLUXDB_TOKEN'];

const NEXT_SIMULATED = 'X is simulated here: without any TWITTER_* variable npm run local brings accounts of its own.';
const NEXT_REAL = 'X credentials are set, so the real X would be asked. Without them npm run local simulates X.';
const NEXT_STORE = 'INFLUXDB_URL or INFLUXDB_HOST is set. Without them npm run local has a store of its own.';

/** Throws a UsageError with the function's own message where the configuration is wrong. */
export async function planRun(env: Environment, options: Options): Promise<Plan> {
  const simulated = !hasAny(env, X_CREDENTIALS);
  const embedded = !hasAny(env, STORE_ADDRESS);
  const ports = {
    page: await findPort(options.pagePort),
    function: await findPort(options.functionPort),
    store: await findPort(options.storePort),
    simulator: await findPort(0),
  };
  const functionEnv: Environment = {
    ...env,
    ...(simulated && describeSimulatedX(env, ports.simulator)),
    ...(embedded && describeEmbeddedStore(ports.store)),
    // Knative sets these; here they would send the results elsewhere.
    K_SINK: undefined,
    K_CE_OVERRIDES: undefined,
    NODE_ENV: 'production',
    PORT: String(ports.function),
  };
  return {
    simulated,
    speed: simulated ? SIMULATED_SPEED : 1,
    embedded,
    ports,
    moved: listMoved(ports, options, embedded),
    dataFolder: options.dataFolder,
    env: functionEnv,
    config: checkConfig(functionEnv, simulated),
  };
}

function hasAny(env: Environment, names: string[]): boolean {
  const settings = openSettings(env);
  return names.some((name) => findSetting(settings, name) !== undefined) || settings.problems.length > 0;
}

function describeSimulatedX(env: Environment, port: number): Environment {
  const hasAccounts = hasAny(env, ['TWITTER_USERS', 'TWITTER_USER']);
  const hasBudget = hasAny(env, ['TWITTER_DAILY_BUDGET_USD']);
  return {
    TWITTER_API_URL: `http://127.0.0.1:${port}/2/`,
    TWITTER_BEARER_TOKEN: randomBytes(24).toString('base64url'),
    // No proxy of the environment is on the way to this machine itself.
    NO_PROXY: '127.0.0.1',
    ...(!hasAccounts && { TWITTER_USERS: DEMO_ACCOUNTS.join(',') }),
    // A real day holds that many simulated ones, each with posts of its own.
    ...(!hasBudget && { TWITTER_DAILY_BUDGET_USD: `${SIMULATED_SPEED}.00` }),
  };
}

function describeEmbeddedStore(port: number): Environment {
  const none = STORE_SETTINGS.flatMap((name) => [name, `${name}_FILE`]).map((name) => [name, undefined] as const);
  return {
    ...Object.fromEntries(none),
    INFLUXDB_URL: `http://127.0.0.1:${port}`,
    INFLUXDB_USERNAME: 'twittergraph',
    INFLUXDB_PASSWORD: randomBytes(24).toString('base64url'),
  };
}

function listMoved(ports: Ports, options: Options, embedded: boolean): Moved[] {
  const wishes = [
    { what: 'page', wanted: options.pagePort, port: ports.page },
    { what: 'function', wanted: options.functionPort, port: ports.function },
    ...(embedded ? [{ what: 'store', wanted: options.storePort, port: ports.store }] : []),
  ];
  return wishes.filter(({ wanted, port }) => wanted !== 0 && wanted !== port);
}

function checkConfig(env: Environment, simulated: boolean): Config {
  try {
    return readConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const next = [
      ...(error.message.includes('- TWITTER_') ? [simulated ? NEXT_SIMULATED : NEXT_REAL] : []),
      ...(error.message.includes('- INFLUXDB_') ? [NEXT_STORE] : []),
    ].join('\n');
    throw new UsageError(`${error.message}\n${next}`.trimEnd(), { cause: error });
  }
}
