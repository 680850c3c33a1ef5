import { figuresOf, openBook } from '../billing/book.ts';
import { dayOf } from '../billing/day.ts';
import { readWatched } from '../config/accounts.ts';
import type { Deadline } from '../deadline.ts';
import { preflight, termsOf, type Wanted } from './frame.ts';
import type { Instance } from './instance.ts';

/** What the job would ask X now; reads the ledger for itself and changes nobody's memory. Throws as `runJob` does. */
export async function planJob(
  instance: Instance,
  { job, data, tick }: Wanted,
  deadline: Deadline,
): Promise<Readonly<Record<string, unknown>>> {
  const { config, memory } = instance;
  const { accounts } = readWatched(config, memory.watched).watched;
  const request = job.parse(data, accounts);
  const { books, identities } = await preflight(instance, accounts, { job, request, tick }, deadline);
  const book = books.get(dayOf(Date.now())) ?? openBook(termsOf(config, accounts));
  const parts = job.plan(request, config, tick.time, identities);
  const requests = parts.flatMap(({ collector, counts }) =>
    Object.entries(counts).map(([path, count]) => ({ collector, method: 'GET', path: `/2/${path}`, count })),
  );
  const worstCaseMicroUsd = parts.reduce((sum, { max }) => sum + max, 0);
  return { requests, worstCaseMicroUsd, leftMicroUsd: figuresOf(book).left };
}
