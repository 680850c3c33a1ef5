import { keyOfName } from './options.ts';

/** An account as `twitter_user` knows it: `lastSeen` in Unix milliseconds is its newest point under that name. */
export interface KnownAccount {
  readonly userId: string;
  readonly username: string;
  readonly lastSeen: number;
}

/** Whose numbers a name's are, and how that is known. */
export interface Identity {
  readonly name: string;
  readonly userId: string;
  /** What the points are tagged with: the name as it was then, in the spelling already in use. */
  readonly username: string;
  readonly knownFrom: 'map' | 'twitter_user' | 'lookup';
  /** What the reader should look at twice. */
  readonly note?: string;
}

/** The names with their accounts, and those without one. */
export interface Identities {
  readonly found: readonly Identity[];
  readonly unknown: readonly string[];
}

/**
 * Who is who: what the command line says, else the account that was seen last under the name. Points without a name
 * (the empty one) belong to nobody.
 */
export function identify(
  names: readonly string[],
  ids: ReadonlyMap<string, string>,
  known: readonly KnownAccount[],
): Identities {
  const newestFirst = [...known].sort((a, b) => b.lastSeen - a.lastSeen);
  const found = names.flatMap((name) => {
    const identity = name === '' ? undefined : identifyOne(name, ids.get(keyOfName(name)), newestFirst);
    return identity === undefined ? [] : [identity];
  });
  return { found, unknown: names.filter((name) => !found.some((identity) => identity.name === name)) };
}

function identifyOne(
  name: string,
  mapped: string | undefined,
  newestFirst: readonly KnownAccount[],
): Identity | undefined {
  const key = keyOfName(name);
  const seen = newestFirst.filter(({ username }) => keyOfName(username) === key);
  const userId = mapped ?? seen[0]?.userId;
  if (userId === undefined) return undefined;
  const username = seen.find((account) => account.userId === userId)?.username ?? name.replace(/^@/, '');
  const others = [...new Set(seen.map((account) => account.userId))].filter((id) => id !== userId);
  const note = `collected data has that name for ${others.map((id) => `id ${id}`).join(' and ')} as well`;
  return {
    name,
    userId,
    username,
    knownFrom: mapped === undefined ? 'twitter_user' : 'map',
    ...(others.length > 0 ? { note } : {}),
  };
}
