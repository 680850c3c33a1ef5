import type { BridgeLine } from './bridge/settings.ts';

/** What the bridge did with the records of its topic. */
export interface Deliveries {
  /** Records that were taken at least once. */
  readonly delivered: number;
  /** Times that a record was taken once more. */
  readonly doubled: number;
  /** Records that were taken after one that stands behind them in their partition. */
  readonly reordered: number;
  /** Answers after which it tried again, by status; `none` where no answer came. */
  readonly refused: Readonly<Record<string, number>>;
  readonly dead: number;
  /** Records that neither the subscriber nor the dead letter took. */
  readonly lost: number;
}

/** What a store has of one owner's accounts, against what it should have. */
export interface Points {
  readonly expected: number;
  readonly stored: number;
  /** Points of ticks that were answered 204 and are not there. */
  readonly lost: number;
  /** Points that nobody's tick explains, or a second one of the same account at the same tick. */
  readonly surplus: number;
  /** Points whose count is not that of their tick. */
  readonly ofAnotherTick: number;
}

/** A point of an account as it stands in the store: Unix milliseconds, and the count X gave. */
export interface StoredPoint {
  readonly time: number;
  readonly username: string;
  readonly count: number;
}

/** A tick that was sent: its time, the count X gave during it, and whether it was answered 204. */
export interface SentTick {
  readonly time: number;
  readonly count: number;
  readonly isAccepted: boolean;
}

/** Counts what the bridge printed, in the order in which it happened. */
export function tallyDeliveries(lines: readonly BridgeLine[]): Deliveries {
  const taken = new Map<string, number>();
  const furthest = new Map<number, bigint>();
  const refused: Record<string, number> = {};
  let reordered = 0;
  for (const line of lines) {
    if (line.kind !== 'delivery') continue;
    const { partition, offset, status } = line;
    if (status === undefined || status >= 300) {
      const name = String(status ?? 'none');
      refused[name] = (refused[name] ?? 0) + 1;
      continue;
    }
    const place = `${partition}/${offset}`;
    const [times, last] = [taken.get(place) ?? 0, furthest.get(partition) ?? -1n];
    taken.set(place, times + 1);
    if (times === 0 && BigInt(offset) < last) reordered += 1;
    if (BigInt(offset) > last) furthest.set(partition, BigInt(offset));
  }
  const countOf = (kind: BridgeLine['kind']): number => lines.filter((line) => line.kind === kind).length;
  const answers = [...taken.values()].reduce((sum, times) => sum + times, 0);
  return {
    delivered: taken.size,
    doubled: answers - taken.size,
    reordered,
    refused,
    dead: countOf('dead'),
    lost: countOf('lost'),
  };
}

/** Compares an owner's points with its ticks. A tick that was never answered 204 may have left points or not. */
export function tallyPoints(
  usernames: readonly string[],
  ticks: readonly SentTick[],
  stored: readonly StoredPoint[],
): Points {
  const byTime = new Map(ticks.map((tick) => [tick.time, tick]));
  const names = new Set(usernames);
  const seen = new Set<string>();
  let [surplus, ofAnotherTick] = [0, 0];
  for (const { time, username, count } of stored) {
    const tick = byTime.get(time);
    const point = `${time} ${username}`;
    if (tick === undefined || !names.has(username) || seen.has(point)) surplus += 1;
    else if (tick.count !== count) ofAnotherTick += 1;
    seen.add(point);
  }
  const accepted = ticks.filter(({ isAccepted }) => isAccepted);
  const missing = accepted.flatMap(({ time }) => usernames.filter((username) => !seen.has(`${time} ${username}`)));
  return {
    expected: accepted.length * usernames.length,
    stored: stored.length,
    lost: missing.length,
    surplus,
    ofAnotherTick,
  };
}
