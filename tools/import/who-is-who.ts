import { formatUsd } from '../../functions/billing/price.ts';
import type { Environment } from '../../functions/config/settings.ts';
import type { Ask } from './database.ts';
import { identify, type Identities } from './identities.ts';
import { type LookedUp, lookUp, planLookUp } from './lookup.ts';
import type { ImportOptions } from './options.ts';
import { listKnownAccounts } from './target.ts';

/** Who has the names, and what X was asked for it. */
export type WhoIsWho = Identities & { readonly lookedUp: LookedUp | undefined };

/**
 * Finds the accounts behind names: by the command line, by what the target has collected and, only where that is wanted
 * and never in a dry run, by X for money. `say` tells the price before and the cost after. Throws as `lookUp` does.
 */
export async function findAccounts(
  names: readonly string[],
  options: ImportOptions,
  env: Environment,
  target: Ask,
  say: (sentence: string) => void,
): Promise<WhoIsWho> {
  const identifyAll = async (): Promise<Identities> => identify(names, options.ids, await listKnownAccounts(target));
  const free = await identifyAll();
  if (!options.lookUp || free.unknown.length === 0) return { ...free, lookedUp: undefined };
  const planned = planLookUp(env, free.unknown);
  const count = planned.accounts.length === 1 ? '1 name' : `${planned.accounts.length} names`;
  const price = formatUsd(planned.maxMicroUsd);
  say(`${options.dryRun ? 'To ask X who has' : 'Asking X who has'} ${count}: at most ${price}.`);
  if (options.dryRun || planned.accounts.length === 0) return { ...free, lookedUp: undefined };
  const lookedUp = await lookUp(planned);
  say(`That was ${formatUsd(lookedUp.microUsd)}; it is in the ledger.`);
  const all = await identifyAll();
  const found = all.found.map((identity) =>
    free.unknown.includes(identity.name) ? { ...identity, knownFrom: 'lookup' as const } : identity,
  );
  return { found, unknown: all.unknown, lookedUp };
}
