import { readStore, type StoreAccess } from '../../functions/config/credentials.ts';
import {
  addProblem,
  type Environment,
  findSetting,
  openSettings,
  type Settings,
} from '../../functions/config/settings.ts';
import { UsageError } from '../../local/runner/options.ts';
import { secretsOfStore } from './database.ts';
import type { ImportOptions } from './options.ts';

/** Where the numbers come from and where they go. */
export interface Endpoints {
  readonly source: StoreAccess;
  readonly target: StoreAccess;
  /** Whether the source has credentials of its own, in the variables with `FROM_` before their names. */
  readonly sourceIsOther: boolean;
}

const credentials = ['INFLUXDB_USERNAME', 'INFLUXDB_PASSWORD', 'INFLUXDB_TOKEN'];

/** Both ends from the command line and the environment. Throws a `UsageError` with all that is wrong, without any value. */
export function readEndpoints(env: Environment, options: ImportOptions): Endpoints {
  const settings = openSettings(env);
  const target = readStore(settings);
  const { problems } = settings;
  const sourceIsOther = options.from !== undefined;
  const source = sourceIsOther ? readSource(env, options.from, problems) : target;
  const database = options.fromDatabase.trim();
  if (database === '') addProblem(settings, '--from-database', ' is empty: name the database.');
  if (problems.length === 0) return { source: { ...source, database }, target, sourceIsOther };
  const lines = [...new Set(problems.map(({ sentence }) => `  - ${sentence}`))];
  throw new UsageError(['Nothing can be imported:', ...lines].join('\n'));
}

/** What must never be shown of both ends. */
export function secretsOf({ source, target }: Endpoints): string[] {
  return [source, target].flatMap(secretsOfStore);
}

/** A sentence about the function's variables as one about the source's, which is only read. */
export function sayOfSource(sentence: string): string {
  return sentence
    .replace('READ and WRITE', 'READ')
    .replaceAll('INFLUXDB_URL', '--from')
    .replaceAll('INFLUXDB_DATABASE', '--from-database')
    .replace(/\bINFLUXDB_(?=USERNAME|PASSWORD|TOKEN)/g, 'FROM_INFLUXDB_');
}

/** The function's own rules for addresses and credentials; a server that wants none ignores those of nobody. */
function readSource(env: Environment, url: string, problems: Settings['problems']): StoreAccess {
  const outer = openSettings(env);
  const found = credentials.map((name) => [name, findSetting(outer, `FROM_${name}`)?.value] as const);
  const isOpen = found.every(([, value]) => value === undefined) && outer.problems.length === 0;
  const nobody = isOpen ? { INFLUXDB_USERNAME: 'nobody', INFLUXDB_PASSWORD: 'none' } : {};
  // The dots keep the values of the function's own mounted files out.
  const inner = openSettings({ ...Object.fromEntries(found), ...nobody, INFLUXDB_URL: url, CONFIG_DIR: '/dev/null' });
  const source = readStore(inner);
  const ofSource = inner.problems.map(({ name, sentence }) => ({ name, sentence: sayOfSource(sentence) }));
  problems.push(...outer.problems, ...ofSource);
  return source;
}
