import { readdirSync, readFileSync } from 'node:fs';
import { seedRandom } from '../week/posting.ts';
import { closeCgroup, openCgroup, startInCgroup } from './cgroup.ts';
import { type Fault, listFaults } from './faults.ts';
import { countEach, type PartOptions, type PartResult } from './part.ts';
import { startWorld, type World } from './world.ts';

/** How the process stood after so many ticks. */
export interface Sample {
  readonly ticks: number;
  readonly mebibytes: number;
  /** Open files and sockets. */
  readonly handles: number;
  readonly logBytesPerTick: number;
}

const samplesCount = 10;
/** Ticks after which memory has found its size. */
const warmUp = 200;
/** Between the first sample and the last one. */
const maxGrowth = { mebibytes: 1.2, handles: 1.5, logBytesPerTick: 1.5 } as const;
const everyFault = 25;
/** Posts are asked for as seldom as in the schedules: each time adds lines to the day's ledger, which is read at every tick. */
const everyPosts = 100;
const worldNumber = 7000;
/** They last as long as the run is allowed to, and say nothing more of memory than the others. */
const slowFaults = ['hangs', 'drips', 'without end'];

/** Sends `count` events one after the other; one in twenty-five meets a fault of a neighbour. */
export async function soak({ influxd, seed, count, onProgress }: PartOptions): Promise<PartResult> {
  const env = { RUN_TIMEOUT_SECONDS: '5', TWITTER_DAILY_BUDGET_USD: '100' };
  const cgroup = openCgroup('soak');
  const world = await startWorld({ influxd, number: worldNumber, env, startedBy: startInCgroup(cgroup) });
  const random = seedRandom(seed);
  const faults = listFaults().filter(
    ({ name, of }) => of === undefined && !slowFaults.some((slow) => name.includes(slow)),
  );
  const statuses: number[] = [];
  const samples: Sample[] = [];
  let logBytes = 0;
  try {
    // The allocator keeps what the largest answers took, such as a bomb of 16 MiB: that is no growth from tick to tick.
    for (const fault of faults) {
      for (const gate of [world.xGate, world.storeGate]) statuses.push(await tickWith(world, gate, fault, ['user']));
    }
    logBytes = world.fn.output().length;
    for (let tick = 1; tick <= count; tick += 1) {
      onProgress(tick);
      const gate = random() < 0.5 ? world.xGate : world.storeGate;
      const fault = random() < 1 / everyFault ? faults[Math.floor(random() * faults.length)] : undefined;
      const collectors = tick % everyPosts === 0 ? ['user', 'tweet'] : ['user'];
      statuses.push(await tickWith(world, gate, fault, collectors));
      if (tick !== warmUp && tick % Math.max(warmUp, Math.ceil(count / samplesCount)) > 0) continue;
      const written = world.fn.output().length;
      const ticks = tick - (samples.at(-1)?.ticks ?? 0);
      samples.push({ ticks: tick, ...stateOf(world), logBytesPerTick: Math.round((written - logBytes) / ticks) });
      logBytes = written;
    }
    const counts = countEach(statuses);
    return { totals: { ticks: count, statuses: counts, samples }, problems: problemsOf(samples, counts) };
  } finally {
    await world.close();
    closeCgroup(cgroup);
  }
}

/** The status of a tick that meets the fault, if there is one. */
async function tickWith(
  { fn }: World,
  gate: World['xGate'],
  fault: Fault | undefined,
  collectors: readonly string[],
): Promise<number> {
  if (fault !== undefined) gate.strike({ play: fault.play, matches: () => true, isOnce: true });
  const response = await fn.postEvent({ probe: true, collectors });
  await response.text();
  gate.strike(undefined);
  return response.status;
}

function stateOf({ fn }: World): Pick<Sample, 'mebibytes' | 'handles'> {
  const kibibytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${fn.pid}/status`, 'utf8'))?.[1] ?? NaN);
  return { mebibytes: Math.round(kibibytes / 1024), handles: readdirSync(`/proc/${fn.pid}/fd`).length };
}

function problemsOf(samples: readonly Sample[], statuses: Readonly<Record<string, number>>): string[] {
  const [first, last] = [samples[0], samples.at(-1)];
  if (first === undefined || last === undefined) return ['nothing was sampled'];
  const grown = (Object.keys(maxGrowth) as (keyof typeof maxGrowth)[]).filter(
    (key) => last[key] > first[key] * maxGrowth[key],
  );
  const wrong = Object.keys(statuses).filter((status) => !['204', '422', '503'].includes(status));
  return [
    ...grown.map((key) => `${key} grew from ${first[key]} to ${last[key]}`),
    ...wrong.map((status) => `status ${status}`),
  ];
}
