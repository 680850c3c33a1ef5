import type { MicroUsd, Resource } from './price.ts';

/** One line of the ledger. A purchase has two: reserved before X is asked, settled once it is known what came. */
export interface LedgerLine {
  /** Joins the lines of one purchase. */
  readonly purchase: string;
  readonly resource: Resource;
  readonly state: 'reserved' | 'settled';
  /** Keys of the accounts asked for; of a settled line those X answered for, of profiles with the id: `jack=12`, `nobody=`. */
  readonly keys: readonly string[];
  /** Every id X returned that was new on the day. */
  readonly ids: readonly string[];
  /** How many those are or, reserved, can be. */
  readonly newResources: number;
  readonly cost: MicroUsd;
  /** Whether it is at the owner's price. */
  readonly owned: boolean;
}
