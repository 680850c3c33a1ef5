import type { Environment } from '../../functions/config/settings.ts';
import { UsageError } from '../../local/runner/options.ts';
import { type Endpoints, sayOfSource } from './endpoints.ts';
import type { LookedUp } from './lookup.ts';
import { importNames, type NameResult } from './names.ts';
import { type ImportOptions, keyOfName } from './options.ts';
import { countNumbers, listUsers, openSource, type SourceUser } from './source.ts';
import { sumOf } from './tally.ts';
import { openTarget } from './target.ts';
import { findAccounts } from './who-is-who.ts';

/** What an import did. */
export interface Outcome {
  readonly results: readonly NameResult[];
  /** Names without an id. */
  readonly unknown: readonly UnknownName[];
  /** The source's retention policies that were read, as far as it names them. */
  readonly policies: readonly string[];
  readonly warnings: readonly string[];
  /** Numbers without the tag `user`, which belong to nobody. */
  readonly nameless: number;
  readonly lookedUp: LookedUp | undefined;
}

export type UnknownName = SourceUser & { readonly numbers: number };

/**
 * Imports everything there is an id for. What is said meanwhile goes to the terminal. Throws a `UsageError` or a
 * `RunError`; what is written by then stays.
 */
export async function runImport(
  options: ImportOptions,
  env: Environment,
  ends: Endpoints,
  terminal: NodeJS.WriteStream,
): Promise<Outcome> {
  const source = await openSource(ends.source, ends.sourceIsOther ? sayOfSource : (sentence) => sentence);
  const target = openTarget(ends.target);
  const users = await listUsers(source);
  refuseStrangers(users, options, ends);
  const names = users.map(({ name }) => name);
  const { found, unknown, lookedUp } = await findAccounts(names, options, env, target.ask, (sentence) => {
    terminal.write(`${sentence}\n`);
  });
  const without: UnknownName[] = [];
  for (const user of users.filter(({ name }) => unknown.includes(name)))
    without.push({ ...user, numbers: sumOf(await countNumbers(source, user)) });
  const owned = users.flatMap((user) =>
    found.filter(({ name }) => name === user.name).map((identity) => ({ user, identity })),
  );
  const { dryRun, dataFolder } = options;
  return {
    results: await importNames({ source, target, ends, dryRun, dataFolder, terminal }, owned),
    unknown: without.filter(({ name }) => name !== ''),
    nameless: without.find(({ name }) => name === '')?.numbers ?? 0,
    lookedUp,
    policies: source.policies.filter((policy) => policy !== ''),
    warnings: source.warning === undefined ? [] : [source.warning],
  };
}

/** Most often a name on the command line is not in the source because it is misspelt. */
function refuseStrangers(users: readonly SourceUser[], { ids }: ImportOptions, { source }: Endpoints): void {
  const where = `the database ${JSON.stringify(source.database)} of ${source.url}`;
  if (users.length === 0) {
    throw new UsageError(`There is nothing of twitterGraph in ${where}: are --from and --from-database right?`);
  }
  const keys = new Set(users.map(({ name }) => keyOfName(name)));
  const strangers = [...ids.keys()].filter((key) => !keys.has(key));
  if (strangers.length === 0) return;
  const names = users.map(({ name }) => JSON.stringify(name)).join(', ');
  throw new UsageError(`--map names ${strangers.join(', ')}, but the users in ${where} are: ${names.slice(0, 500)}.`);
}
