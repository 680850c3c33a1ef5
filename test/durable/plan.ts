import type { Random } from '../week/posting.ts';

/** What is killed. */
export type Victim = 'collector' | 'recorder' | 'bridge' | 'Kafka';

/** What happens at a tick. */
export interface PlannedTick {
  readonly isInfluxDbAway: boolean;
  readonly kill?: Kill | undefined;
}

/** A kill, so long after the tick's events were sent. */
export interface Kill {
  readonly victim: Victim;
  readonly afterMs: number;
  /** For a collector: which one, and whether its successor works beside it before, on the same event, as at a roll-out. */
  readonly owner: number;
  readonly hasSuccessor: boolean;
}

/** For each half of the ticks, the most telling first. */
const victims: readonly (Victim | undefined)[] = [
  ...(['collector', 'bridge', 'Kafka', 'recorder', 'collector', 'bridge', 'recorder', 'collector'] as const),
  ...[undefined, undefined],
];
const maxAfterMs = 3000;

/** So many ticks: InfluxDB is away in the middle half of them, and either half has kills of every kind in an order of the seed. */
export function planTicks(count: number, owners: number, random: Random): PlannedTick[] {
  const awayCount = Math.floor(count / 2);
  const awayFrom = Math.floor((count - awayCount) / 2);
  const [away, there] = [mixed(awayCount, random), mixed(count - awayCount, random)];
  return Array.from({ length: count }, (_, index) => {
    const isInfluxDbAway = index >= awayFrom && index < awayFrom + awayCount;
    const victim = (isInfluxDbAway ? away : there).pop();
    return { isInfluxDbAway, kill: victim && killOf(victim, owners, random) };
  });
}

function killOf(victim: Victim, owners: number, random: Random): Kill {
  const [afterMs, owner] = [Math.floor(random() * maxAfterMs), Math.floor(random() * owners)];
  return { victim, afterMs, owner, hasSuccessor: random() < 0.5 };
}

function mixed(count: number, random: Random): (Victim | undefined)[] {
  const all = Array.from({ length: count }, (_, index) => ({ victim: victims[index % victims.length], key: random() }));
  return all.sort((a, b) => a.key - b.key).map(({ victim }) => victim);
}
