import type { Spoiling } from './doors.ts';
import type { Asked } from './exchange.ts';
import { type Fault, listFaults, type Phase } from './faults.ts';
import { canHaveHosts } from './hosts.ts';
import { accountsCount, type World } from './world.ts';

/** One fault of one neighbour at one point of a tick, once or from then on. */
export interface Cell {
  readonly name: string;
  readonly neighbour: 'x' | 'store';
  readonly fault: Fault | WayFault;
  readonly phase: Phase;
  readonly isOnce: boolean;
}

/** A fault of the way to a neighbour, who never sees what is sent on it. */
interface WayFault extends Omit<Fault, 'play'> {
  readonly spoils: Spoiling;
}

const wayFaults: readonly WayFault[] = [
  { name: 'has a name that leads nowhere', spoils: 'name' },
  { name: 'signs its certificate itself', spoils: 'certificate' },
];

const matchers: Readonly<Record<Phase, Readonly<Record<Cell['neighbour'], (asked: Asked, count: number) => boolean>>>> =
  {
    'first call': { x: () => true, store: () => true },
    'mid-run': {
      x: ({ path }) => path.includes('/tweets'),
      store: ({ path }) => path.startsWith('/write'),
    },
    'while writing': {
      x: ({ path }, count) => path.includes('/tweets') && count >= accountsCount,
      store: ({ body }) => body.includes('twitter_tweet,'),
    },
  };

/** Every fault of either neighbour, in each phase, from then on and once; names only where this machine has them. */
export function listCells(): readonly Cell[] {
  const ways = canHaveHosts() ? wayFaults : wayFaults.filter(({ spoils }) => spoils !== 'name');
  const faults = [...listFaults(), ...ways].flatMap((fault) => {
    const neighbours = fault.of === undefined ? (['x', 'store'] as const) : [fault.of];
    return neighbours.map((neighbour) => ({ fault, neighbour }));
  });
  return faults.flatMap(({ fault, neighbour }) =>
    (fault.phases ?? (Object.keys(matchers) as Phase[])).flatMap((phase) =>
      [false, true].map((isOnce) => {
        const who = neighbour === 'x' ? 'X' : 'InfluxDB';
        return { name: `${who} ${fault.name}, ${phase}${isOnce ? ', once' : ''}`, neighbour, fault, phase, isOnce };
      }),
    ),
  );
}

/** Whether the fault is one of the way, which a world needs doors for. */
export function needsDoors({ fault }: Cell): boolean {
  return 'spoils' in fault;
}

/** Lets the fault happen at its time. The way is spoilt before the first request, or in the place of the one that matches. */
export function strike({ neighbour, fault, phase, isOnce }: Cell, world: World): void {
  const gate = neighbour === 'x' ? world.xGate : world.storeGate;
  const matches = matchers[phase][neighbour];
  if (!('spoils' in fault)) {
    gate.strike({ play: fault.play, matches, isOnce });
    return;
  }
  const spoil = (): void => world.doors?.[neighbour].spoil(fault.spoils, isOnce);
  if (phase === 'first call') spoil();
  else gate.strike({ play: spoil, matches, isOnce: true });
}

/** Whether X charges nothing for a request that meets the fault: then nothing may stay held. */
export function isFree({ neighbour, fault, phase }: Cell): boolean {
  return neighbour === 'x' && (fault.isFree === true || ('spoils' in fault && phase === 'first call'));
}

/** Ends the fault. */
export function mend({ neighbour }: Cell, world: World): void {
  const gate = neighbour === 'x' ? world.xGate : world.storeGate;
  gate.strike(undefined);
  world.doors?.[neighbour].mend();
}

/** Whether the fault has happened; that a name led nowhere at first shows in that nobody came. */
export function hasStruck({ neighbour, fault, phase, isOnce }: Cell, world: World): boolean {
  const gate = neighbour === 'x' ? world.xGate : world.storeGate;
  if (!('spoils' in fault)) return gate.struck() > 0;
  if (fault.spoils === 'certificate') return (world.doors?.[neighbour].stranger.met ?? 0) > 0;
  return phase === 'first call' ? isOnce || gate.seen.length === 0 : gate.struck() > 0;
}
