import type {
  Answer,
  Collecting,
  Identity,
  Received,
  Want,
  XRequest,
} from '../../../functions/collectors/collector.ts';
import { user } from '../../../functions/collectors/user.ts';
import { takeUsers } from '../../../functions/collectors/user/answer.ts';
import { type Account, parseAccounts } from '../../../functions/config/accounts.ts';
import type { Environment } from '../../../functions/config/settings.ts';
import type { Failure } from '../../../functions/failure.ts';
import type { Point } from '../../../functions/measurement.ts';
import { parseProblem } from '../../../functions/x/problem.ts';
import { configOf } from '../fixtures.ts';

/** When a collector is run. */
export const time = Date.parse('2026-11-23T01:40:00Z');

/** What came of a collector's work. */
export interface Collected {
  readonly asked: XRequest[];
  /** What was to be bought, in the order in which money was asked for. */
  readonly wants: Want[];
  readonly points: Point[];
  served: number;
  readonly failures: Failure[];
  /** What answers brought. */
  readonly received: Received<unknown>[];
  resources: number;
}

/** What a collector knows before. */
export interface Known {
  /** Ids X has named today, by key; empty where it had no profile to show. */
  readonly named?: Readonly<Record<string, string>>;
  /** Who had a name at the last read. */
  readonly seen?: Readonly<Record<string, Identity>>;
  /** Ids of posts paid for today, by key. */
  readonly posts?: Readonly<Record<string, readonly string[]>>;
  /** How many new resources can be paid for, at each purchase the same or each time other ones. */
  readonly affordable?: number | ((want: Want) => number);
  /** Whether an earlier request for posts was never answered. */
  readonly isInDoubt?: boolean;
  readonly env?: Environment;
}

/** What a body says as a collector sees it. */
export function answerOf(body: Readonly<Record<string, unknown>>): Answer {
  const { errors = [] } = body as { errors?: unknown[] };
  return { body, problems: errors.map(parseProblem) };
}

/** A collector's way out to an X made of a function; an error that it throws is X's. */
export function openCollecting(
  ask: (request: XRequest) => Readonly<Record<string, unknown>>,
  { named = {}, seen = {}, posts = {}, affordable = Infinity, isInDoubt = false, env = {} }: Known = {},
): { readonly collecting: Collecting; readonly collected: Collected } {
  const collected: Collected = {
    ...{ asked: [], wants: [], points: [], failures: [], received: [] },
    served: 0,
    resources: 0,
  };
  const identities = new Map(Object.entries(seen));
  const collecting: Collecting = {
    time,
    config: configOf(env),
    isInDoubt: () => isInDoubt,
    paidToday: () => ({
      idOf: ({ key }) => named[key],
      isAnswered: ({ key }) => named[key] !== undefined,
      postsOf: ({ key }) => new Set(posts[key]),
    }),
    async buy(want, requestFor, read) {
      collected.wants.push(want);
      const granted = Math.min(want.max, typeof affordable === 'number' ? affordable : affordable(want));
      if (granted < want.min) return undefined;
      const request = requestFor(granted);
      collected.asked.push(request);
      await Promise.resolve();
      const received = read(answerOf(ask(request)), granted);
      collected.received.push(received);
      return received.value;
    },
    identityOf: ({ key }) => identities.get(key),
    learnIdentity: ({ key }, identity) => identities.set(key, identity),
    deliver: ({ points, served, resources }) => {
      collected.points.push(...points);
      collected.served += served;
      collected.resources += resources;
    },
    note: (failure) => collected.failures.push(failure),
  };
  return { collecting, collected };
}

/** The work of the collector of profiles for these accounts. */
export async function collectUsers(
  list: string,
  ask: (request: XRequest) => Readonly<Record<string, unknown>>,
  known: Known = {},
): Promise<Collected> {
  const { collecting, collected } = openCollecting(ask, known);
  await user.collect(collecting, accountsOf(list));
  return collected;
}

/** What comes of an answer with this body to a look-up of these accounts. */
export function takeFrom(list: string, body: Readonly<Record<string, unknown>>, known: Known = {}): Collected {
  const { collecting, collected } = openCollecting(() => ({}), known);
  collected.received.push(takeUsers(collecting, collecting.paidToday(), accountsOf(list), answerOf(body)));
  return collected;
}

/** The accounts of a list. */
export function accountsOf(list: string): readonly Account[] {
  return parseAccounts(list).accounts;
}

/** The names or ids that a request asks for. */
export function valuesIn({ query }: XRequest): string {
  return query['usernames'] ?? query['ids'] ?? '';
}

/** A profile of each name that a request asks for, with the number in it as id. */
export function profilesFor(request: XRequest): Readonly<Record<string, unknown>> {
  const names = valuesIn(request).split(',');
  const idOf = (name: string): string => String(Number(/\d+$/.exec(name)?.[0] ?? 0) + 1);
  return { data: names.map((username) => ({ id: idOf(username), username, public_metrics: { followers_count: 1 } })) };
}

/** So many names. */
export function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `name${index}`);
}
