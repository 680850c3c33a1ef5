import { type Account, findAccountById, findAccountByName } from './accounts.ts';
import { toSimulatedMs } from './clock.ts';
import { countUser } from './history.ts';
import { checkPathPart, ID, readList, USERNAME } from './parameters.ts';
import { type Reply, reportMissingUser } from './problems.ts';
import type { Simulation } from './simulation.ts';

export function answerUsersByName(simulation: Simulation, query: URLSearchParams): Reply {
  return answerUsers(simulation, query, 'usernames', findAccountByName);
}

export function answerUsersById(simulation: Simulation, query: URLSearchParams): Reply {
  return answerUsers(simulation, query, 'ids', findAccountById);
}

export function answerUserByName(simulation: Simulation, query: URLSearchParams, username: string): Reply {
  checkPathPart('username', username, USERNAME);
  return answerUser(simulation, query, 'username', username, findAccountByName(simulation.known, username));
}

export function answerUserById(simulation: Simulation, query: URLSearchParams, id: string): Reply {
  checkPathPart('id', id, ID);
  return answerUser(simulation, query, 'id', id, findAccountById(simulation.known, id));
}

/** Whether X gives nothing of the account, not even its profile. */
export function isGone(account: Account): boolean {
  return account.state === 'suspended' || account.state === 'unknown';
}

function answerUser(
  simulation: Simulation,
  query: URLSearchParams,
  parameter: 'id' | 'username',
  value: string,
  account: Account,
): Reply {
  if (isGone(account)) return { status: 200, body: { errors: [reportMissingUser(account, parameter, value)] } };
  return { status: 200, body: { data: showUser(simulation, account, readList(query, 'user.fields')) } };
}

function answerUsers(
  simulation: Simulation,
  query: URLSearchParams,
  parameter: 'ids' | 'usernames',
  find: (known: Simulation['known'], value: string) => Account,
): Reply {
  const fields = readList(query, 'user.fields');
  const asked = readList(query, parameter).map((value) => ({ value, account: find(simulation.known, value) }));
  const data = asked
    .filter(({ account }) => !isGone(account))
    .map(({ account }) => showUser(simulation, account, fields));
  const errors = asked
    .filter(({ account }) => isGone(account))
    .map(({ account, value }) => reportMissingUser(account, parameter, value));
  return { status: 200, body: { ...(data.length > 0 && { data }), ...(errors.length > 0 && { errors }) } };
}

function showUser({ clock }: Simulation, account: Account, fields: string[]): object {
  const extras: Record<string, () => unknown> = {
    created_at: () => new Date(account.createdMs).toISOString(),
    description: () => 'An account that only exists in the simulator.',
    protected: () => account.state === 'protected',
    verified: () => false,
    // Since August 2026 the specification says post_count here; the wire still says tweet_count.
    public_metrics: () => countUser(account, toSimulatedMs(clock, clock.now().getTime())),
  };
  const shown = fields.filter((field) => field in extras).map((field) => [field, extras[field]?.()] as const);
  return { id: account.id, name: nameOf(account), username: account.username, ...Object.fromEntries(shown) };
}

function nameOf(account: Account): string {
  const words = account.username.split('_').filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || account.username;
}
