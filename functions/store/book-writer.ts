import { RunError } from '../failure.ts';
import type { Measurement } from '../measurement.ts';

/** Writes a run's book-keeping straight to the store, whatever becomes of its results. */
export interface BookWriter {
  readonly store: (measurements: readonly Measurement[]) => Promise<void>;
  pending: Measurement[];
  /** The write that will take the pending ones along. */
  next: Promise<void> | undefined;
  current: Promise<void>;
  readonly errors: RunError[];
}

/** A writer over `store`, which throws a `RunError` when it fails. */
export function openBookWriter(store: BookWriter['store']): BookWriter {
  return { store, pending: [], next: undefined, current: Promise.resolve(), errors: [] };
}

/** Resolves when these are stored. While one write is under way the following ones gather into the next. Throws a `RunError`. */
export function write(writer: BookWriter, measurements: readonly Measurement[]): Promise<void> {
  writer.pending.push(...measurements);
  writer.next ??= writer.current.then(() => writePending(writer));
  return writer.next;
}

/** Writes these without anyone waiting for it: what fails is in `errors`. */
export function keep(writer: BookWriter, measurements: readonly Measurement[]): void {
  write(writer, measurements).catch(() => undefined);
}

/** Resolves when everything is stored or has failed; the failures are in `errors`. */
export async function closeBookWriter(writer: BookWriter): Promise<void> {
  do {
    await writer.next?.catch(() => undefined);
    await writer.current;
  } while (writer.next !== undefined);
}

async function writePending(writer: BookWriter): Promise<void> {
  const batch = writer.pending;
  writer.pending = [];
  writer.current = writer.next?.catch(() => undefined) ?? writer.current; // this very write
  writer.next = undefined;
  try {
    await writer.store(batch);
  } catch (error) {
    if (error instanceof RunError) writer.errors.push(error);
    throw error;
  }
}
