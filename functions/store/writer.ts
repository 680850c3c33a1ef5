import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Deadline, resultsWaitMs } from '../deadline.ts';
import { isRetryable, RunError } from '../failure.ts';
import type { Point } from '../measurement.ts';
import { sendByBroker } from './broker.ts';
import { type Store, writeStore } from './influxdb.ts';

/** A run's one way out for results and books: few writes, one after the other, and nothing waits for over a second. */
export interface Writer extends Waiting {
  readonly store: Store;
  /** Takes the results of a dry run. Ledger and latches go to InfluxDB all the same. */
  readonly dryRun: Point[] | undefined;
  readonly deadline: Deadline;
  /** The time of the tick in Unix milliseconds. */
  readonly time: number;
  /** In durable mode what kept InfluxDB from answering: it is left alone then, and the broker is enough. */
  away: Error | undefined;
  /** The write under way, and the one that will take along what waits. */
  current: Write;
  next: Write | undefined;
  /** Results acknowledged, by part. */
  readonly acknowledged: Map<string, number>;
  /** Writes that were not taken, or broke off by an error of the program, with the parts whose results were in them. */
  readonly failed: { readonly error: Error; readonly parts: readonly string[] }[];
}

interface Waiting {
  books: Point[];
  /** Results by the part of the run that brought them, and how many they are. */
  results: Map<string, Point[]>;
  waiting: number;
  timer: NodeJS.Timeout | undefined;
}

/** One write. Resolves when it is over: with the error that kept its ledger and latch lines out of InfluxDB, if there was one. */
type Write = Promise<Error | undefined>;

const maxResults = 5000;

export function openWriter(parts: Pick<Writer, 'store' | 'dryRun' | 'deadline' | 'time' | 'away'>): Writer {
  const current = Promise.resolve(undefined);
  return { ...parts, ...nothingWaiting(), current, next: undefined, acknowledged: new Map(), failed: [] };
}

function nothingWaiting(): Waiting {
  return { books: [], results: new Map(), waiting: 0, timer: undefined };
}

/** Adds results of a part of the run, which leave within a second. */
export function putResults(writer: Writer, part: string, points: readonly Point[]): void {
  if (points.length === 0) return; // nor is the part in the write if it fails
  const known = writer.results.get(part) ?? [];
  for (const point of points) known.push(point);
  writer.results.set(part, known);
  writer.waiting += points.length;
  if (isFull(writer)) void write(writer);
  else writer.timer ??= setTimeout(() => void write(writer), resultsWaitMs);
}

/** Whether as many results wait as one write takes: so it stays while another write is under way. */
export function isFull({ waiting }: Writer): boolean {
  return waiting >= maxResults;
}

/** Adds lines of ledger or latches, which leave with the next write. */
export function putBooks(writer: Writer, points: readonly Point[]): void {
  for (const point of points) writer.books.push(point);
}

/**
 * Resolves when these are stored, with all that waits, or, where that is enough, taken by the broker; calls of one moment
 * are one write. Throws what prevented it.
 */
export async function storeBooks(
  writer: Writer,
  points: readonly Point[],
  { isBrokerEnough }: { readonly isBrokerEnough: boolean },
): Promise<void> {
  putBooks(writer, points);
  const error = (await write(writer)) ?? (isBrokerEnough ? undefined : writer.away);
  if (error !== undefined) throw error;
}

/** Resolves when all that waits is stored or refused. */
export async function flushResults(writer: Writer): Promise<void> {
  await write(writer);
}

/** Resolves when everything is stored or refused. */
export async function closeWriter(writer: Writer): Promise<void> {
  if (writer.waiting > 0 || writer.books.length > 0) void write(writer);
  await writer.next;
  await writer.current;
}

/** The write of all that waits: it begins when the one under way has ended and all of this moment have asked for it. */
function write(writer: Writer): Write {
  writer.next ??= writer.current.then(async () => {
    await nextTurn();
    writer.next = undefined;
    writer.current = send(writer);
    return writer.current;
  });
  return writer.next;
}

function send(writer: Writer): Write {
  clearTimeout(writer.timer);
  const { books, results } = writer;
  Object.assign(writer, nothingWaiting());
  for (const points of results.values()) for (const point of points) writer.dryRun?.push(point);
  return deliver(writer, books, results);
}

/** Writes these at once; after an error that will stay each part by itself, so that one costs the others nothing. */
async function deliver(writer: Writer, books: Writer['books'], results: Writer['results']): Write {
  const { store, time, deadline, acknowledged } = writer;
  const stored = writer.dryRun === undefined ? results : new Map<string, Point[]>();
  try {
    if (store.broker === undefined) await writeStore(store, [...stored.values(), books].flat(), deadline);
    else {
      const load = { time, results: stored, books, away: writer.away };
      // Not `writer.away ??= await …`: that would send nothing while InfluxDB is away.
      const away = await sendByBroker(store, store.broker, load, deadline);
      writer.away ??= away;
    }
  } catch (thrown) {
    const error = thrown as Error;
    const mayPass = error instanceof RunError && isRetryable(error.failure);
    if (mayPass || results.size + Math.sign(books.length) === 1) {
      writer.failed.push({ error, parts: [...results.keys()] });
      return error;
    }
    for (const each of results) await deliver(writer, [], new Map([each]));
    return deliver(writer, books, new Map());
  }
  for (const [part, { length }] of results) acknowledged.set(part, (acknowledged.get(part) ?? 0) + length);
  return undefined;
}
