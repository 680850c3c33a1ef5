import type { App } from '../app.ts';
import { dayOf } from '../billing/day.ts';
import { isSet, nextProbeAt } from '../billing/latch.ts';
import { spentOf } from '../billing/ledger.ts';
import { type MicroUsd, profilesPerDay } from '../billing/price.ts';
import { COLLECTORS } from '../collectors/index.ts';

/** What the function is and how it stands, for people and monitors; no secret, and nobody is asked for it. */
export interface Description {
  readonly name: 'twittergraph';
  readonly version: string;
  readonly app: string;
  /** As configured. */
  readonly accounts: readonly string[];
  readonly collectors: readonly string[];
  readonly budget: {
    readonly dailyMicroUsd: MicroUsd;
    /** What reading every profile costs a day. */
    readonly profilesMicroUsd: MicroUsd;
    /** Absent while this process has not read the ledger today. */
    readonly spentTodayMicroUsd?: MicroUsd;
  };
  /** Refusals of X because of which it is asked once an hour only; times in ISO 8601. */
  readonly latches: readonly { reason: string; until: string; nextProbe: string }[];
}

/** The answer to `GET /`. */
export function describeFunction({ version, config, state }: App): Description {
  const now = Date.now();
  const book = state.ledger.get(dayOf(now));
  const latches = [...state.latches.values()].filter((latch) => isSet(latch, now));
  return {
    name: 'twittergraph',
    version,
    app: config.app,
    accounts: state.accounts.map(({ key }) => key),
    collectors: COLLECTORS.map(({ name }) => name),
    budget: {
      dailyMicroUsd: config.dailyBudget,
      profilesMicroUsd: profilesPerDay(state.accounts.length, config.prices),
      ...(book === undefined ? {} : { spentTodayMicroUsd: spentOf(book) }),
    },
    latches: latches.map((latch) => ({
      reason: latch.reason,
      until: new Date(latch.until).toISOString(),
      nextProbe: new Date(nextProbeAt(latch)).toISOString(),
    })),
  };
}
