import type { Influxd } from '../support/influxd.ts';

/** How a part of the campaign is to be played. */
export interface PartOptions {
  readonly influxd: Influxd;
  readonly seed: number;
  /** How much of it: cells, requests, kills or ticks. */
  readonly count: number;
  readonly onProgress: (done: number) => void;
}

/** What came of a part: its totals, and one sentence for each violation. */
export interface PartResult {
  readonly totals: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
}

/** A part of the campaign. */
export interface Part {
  readonly name: string;
  readonly about: string;
  /** What `count` counts, and how much there is to do by default. */
  readonly unit: string;
  readonly size: number;
  readonly run: (options: PartOptions) => Promise<PartResult>;
}

/** Does all of the work, so many at a time, in order. */
export async function inParallel<T>(
  items: readonly T[],
  atOnce: number,
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index] as T, index);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** How often each of the texts comes. */
export function countEach(texts: readonly (string | number)[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
