import { type DayUsage, explainDifference, finishedDays, parseUsage } from '../billing/usage.ts';
import type { XRequest } from '../collectors/collector.ts';
import type { Config } from '../config.ts';
import { RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import type { Job } from '../run/job.ts';
import { note, type Part, type Run, runPart } from '../run/run.ts';
import { readPostCounts } from '../store/ledger.ts';
import { putResults } from '../store/writer.ts';
import { ask } from '../x/purchase.ts';
import { standingLatch } from '../x/way.ts';

/** X may still be counting yesterday when it is first asked: later runs correct it. */
const daysCompared = 7;
/** Today is one of the days X counts. */
const query = { days: String(daysCompared + 1), 'usage.fields': 'daily_project_usage' };
const request: XRequest = { path: 'usage/tweets', query };
const withoutToken =
  'nothing was compared: X tells its count only to a bearer token: set TWITTER_BEARER_TOKEN besides the others';

/** Writes X's own count of posts on the last finished days beside the ledger's, and says where they differ. It is free. */
export const reconcile: Job = {
  name: 'reconcile',
  parse: () => ({ selected: [] }),
  plan: (_request, config) =>
    canAsk(config) ? [{ collector: 'reconcile', counts: { [request.path]: 1 }, max: 0 }] : [],
  async work(run) {
    const { config } = run.instance;
    if (!canAsk(config)) run.note = withoutToken;
    await runPart(run, 'reconcile', 0, (part) => (canAsk(config) ? compare(run, part) : Promise.resolve()));
  },
};

/** Only a bearer token may read the usage: https://docs.x.com/x-api/usage/get-usage */
function canAsk({ x }: Config): boolean {
  return x.bearerToken !== undefined;
}

async function compare(run: Run, part: Part): Promise<void> {
  const { store, config } = run.instance;
  refuseWhileLatched(run);
  const { body } = await ask(run.way, part, request);
  const byX = parseUsage(body);
  const byLedger = await readPostCounts(store, config.app, finishedDays(Date.now(), daysCompared), run.deadline);
  for (const counts of byLedger) {
    const usage = { ...counts, x: byX.get(counts.day) };
    putResults(run.writer, part.name, [usagePoint(config.app, usage)]);
    const detail = explainDifference(usage);
    if (detail !== undefined) note(run, part.name, { reason: 'budget', detail });
  }
}

export function usagePoint(app: string, { day, x, ledger }: DayUsage): Point {
  const fields = { ...(x === undefined ? {} : { posts_x: x }), posts_ledger: ledger };
  return { measurement: 'twitter_usage', tags: { app }, fields, time: Date.parse(day) };
}

/** A free answer proves nothing about what costs money, so this request must not be the one that tries a latch. */
function refuseWhileLatched({ way }: Run): void {
  const latch = standingLatch(way);
  if (latch === undefined) return;
  const since = `it refused at ${new Date(latch.askedAt).toISOString()}`;
  const detail = `X was not asked for its own count: ${since}, and is only asked again once a collect run has succeeded`;
  throw new RunError({ reason: latch.reason, detail });
}
