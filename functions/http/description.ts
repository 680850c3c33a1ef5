import { dayOf } from '../billing/day.ts';
import { figuresOf } from '../billing/book.ts';
import { isSet, nextProbeAt } from '../billing/latch.ts';
import { profilesPerDay } from '../billing/price.ts';
import { COLLECTORS } from '../collectors/index.ts';
import type { Instance } from '../run/instance.ts';
import { showFigures } from '../run/report.ts';

/** The answer to `GET /`: what the function is and how it stands, for people and monitors; no secret, and nobody is asked. */
export function describeFunction({ version, config, memory }: Instance): Readonly<Record<string, unknown>> {
  const now = Date.now();
  const { books, patience } = memory;
  const { accounts } = memory.watched;
  const book = books.get(dayOf(now));
  const latches = [...patience.latches.values()].filter((latch) => isSet(latch, now));
  return {
    name: 'twittergraph',
    version,
    app: config.app,
    accounts: accounts.map(({ spelling }) => spelling), // as configured
    collectors: COLLECTORS.map(({ name }) => name),
    // Today's money as the newest run left it: not known while this process has not read the ledger today.
    budget: {
      ...showFigures(book && figuresOf(book)),
      budgetMicroUsd: config.dailyBudget,
      profilesMicroUsd: profilesPerDay(accounts.length, config.prices),
    },
    // Refusals of X because of which it is asked once an hour only.
    latches: latches.map((latch) => ({
      reason: latch.reason,
      until: new Date(latch.until).toISOString(),
      nextProbe: new Date(nextProbeAt(latch)).toISOString(),
    })),
  };
}
