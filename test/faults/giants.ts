import type { Asked, Play } from './exchange.ts';
import { closeCgroup, limitMiB, openCgroup, startInCgroup } from './cgroup.ts';
import { sendBodies, sendBody } from './giant-bodies.ts';
import { crowded, isTimeline, lists, padded, populous, refusing, spaced } from './giant-plays.ts';
import { writeLedger } from './giant-ledger.ts';
import type { PartOptions, PartResult } from './part.ts';
import { peakMemoryMiB, startWorld, type World } from './world.ts';

const worldNumber = 8000;
const usualSeconds = 20;

/** One giant thing, and the statuses that may come of it. */
interface Giant {
  readonly name: string;
  readonly statuses: readonly number[];
  readonly meet: (world: World) => Promise<number>;
  /** How long a run may take where that is more than usual. */
  readonly seconds?: number;
}

export const giants: readonly Giant[] = [
  { name: 'X answers 7 MB', statuses: [204], meet: (world) => tickWith(world, 'x', padded(7)) },
  { name: 'X answers 7 MB in gzip', statuses: [204], meet: (world) => tickWith(world, 'x', padded(7, true)) },
  { name: 'X answers 9 MB', statuses: [503], meet: (world) => tickWith(world, 'x', padded(9)) },
  { name: 'X answers 9 MB in gzip', statuses: [503], meet: (world) => tickWith(world, 'x', padded(9, true)) },
  { name: 'X answers 7 MB of nothing but lists', statuses: [503], meet: (world) => tickWith(world, 'x', lists(7)) },
  {
    name: 'InfluxDB answers 15 MB of nothing but lists',
    statuses: [503],
    meet: (world) => tickWith(world, 'store', lists(15)),
  },
  { name: 'X refuses with 7 MB', statuses: [422], meet: (world) => tickWith(world, 'x', refusing(7)) },
  { name: 'X refuses with 9 MB', statuses: [422, 503], meet: (world) => tickWith(world, 'x', refusing(9)) },
  {
    name: 'X has 100,000 posts in a timeline',
    statuses: [204],
    meet: (world) => tickWith(world, 'x', crowded, isTimeline),
  },
  {
    name: 'InfluxDB knows 140,000 accounts',
    statuses: [204, 503],
    meet: (world) => tickWith(world, 'store', populous),
  },
  {
    name: 'X has 100,000 posts in each of ten timelines',
    statuses: [204, 503],
    meet: (world) => tickWith(world, 'x', crowded, isTimeline, false),
    seconds: 60,
  },
  { name: 'InfluxDB has 15 MB of ledger', statuses: [204], meet: (world) => tickWithLedger(world, 20_000, 714_000) },
  {
    name: 'InfluxDB has 714,000 posts in the ledger',
    statuses: [204],
    meet: (world) => tickWithLedger(world, 714_000, 714_000),
    seconds: 60,
  },
  { name: 'InfluxDB answers 15 MB of spaces', statuses: [204], meet: (world) => tickWith(world, 'store', spaced(15)) },
  { name: 'InfluxDB answers 17 MB', statuses: [503], meet: (world) => tickWith(world, 'store', spaced(17)) },
  { name: 'forty bodies of 1 MB, twenty at a time', statuses: [200, 400, 503], meet: sendBodies },
  { name: 'a body said to be 10 GB long', statuses: [413], meet: (world) => sendBody(world, '10000000000') },
  { name: 'a body without end', statuses: [413], meet: (world) => sendBody(world, undefined) },
];

/** Meets each giant, or the first `count`, with a function in a cgroup of 256 MiB where this machine has cgroups, and says how much it took. */
export async function tryGiants({ influxd, count, onProgress }: PartOptions): Promise<PartResult> {
  const problems: string[] = [];
  const taken: Record<string, string> = {};
  const cgroup = openCgroup('giants');
  const startedBy = startInCgroup(cgroup);
  let done = 0;
  for (const { name, statuses, meet, seconds = usualSeconds } of giants.slice(0, count)) {
    const env = { TWITTER_DAILY_BUDGET_USD: '1000000', RUN_TIMEOUT_SECONDS: String(seconds) };
    const world = await startWorld({ influxd, number: worldNumber + done, env, startedBy });
    try {
      const status = await meet(world).catch((error: unknown) => String(error));
      const next = await tick(world).catch((error: unknown) => String(error));
      const mebibytes = Math.round(peakMemoryMiB(world.fn.pid));
      taken[name] = `${status}, ${mebibytes} MiB`;
      if (!statuses.includes(Number(status))) problems.push(`${name}: ${status}`);
      if (next !== 204) problems.push(`${name}: the next tick was answered ${next}`);
      if (!(mebibytes <= limitMiB)) problems.push(`${name}: used ${mebibytes} MiB`);
    } catch (error) {
      problems.push(`${name}: ${String(error)}`);
    } finally {
      await world.close();
    }
    done += 1;
    onProgress(done);
  }
  closeCgroup(cgroup);
  return { totals: { limit: cgroup === undefined ? 'none: no cgroups here' : `${limitMiB} MiB`, taken }, problems };
}

async function tick(world: World): Promise<number> {
  const data = { collectors: ['user', 'tweet'], probe: true };
  const answer = await world.fn.postEvent(data, { 'ce-time': new Date(world.nextTime()).toISOString() });
  await answer.text();
  return answer.status;
}

/** From the first request on, or at the one that matches alone. */
async function tickWith(
  world: World,
  neighbour: 'x' | 'store',
  play: Play,
  matches?: (asked: Asked) => boolean,
  isOnce = matches !== undefined,
): Promise<number> {
  const gate = neighbour === 'x' ? world.xGate : world.storeGate;
  gate.strike({ play, matches: matches ?? (() => true), isOnce });
  const status = await tick(world);
  gate.strike(undefined);
  return status;
}

async function tickWithLedger(world: World, posts: number, named: number): Promise<number> {
  await writeLedger(world, posts, named);
  return tick(world);
}
