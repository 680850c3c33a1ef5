import { peakMemoryMiB } from '../faults/world.ts';
import type { PartOptions, PartPlayed } from './parts.ts';
import { waitUntilDone } from './topic.ts';
import { startWorld } from './world.ts';

const [few, many] = [1000, 100_000] as const;
/** As many accounts as one tick of X's 300 requests reads. */
const accountsPerTick = 25_000;
const maxGrowth = 1.5;
const runTimeoutSeconds = 120;

/** One process and what it did. */
interface Measured {
  readonly accounts: number;
  readonly ticks: number;
  readonly statuses: readonly number[];
  readonly peakMiB: number;
}

/** Lets a collector read all of its accounts once by way of Kafka, 25,000 a tick, and looks at the most memory it ever used. */
export async function measureMemory({ jars, seed, onProgress }: PartOptions): Promise<PartPlayed> {
  const measured: Measured[] = [];
  for (const accounts of [few, many]) {
    onProgress(`starting with ${accounts.toLocaleString('en-US')} accounts`);
    measured.push(await measure(accounts, { jars, seed, onProgress }));
  }
  const [small, large] = measured as [Measured, Measured];
  const growth = large.peakMiB / small.peakMiB;
  const wrong = measured.flatMap(({ statuses }) => statuses.filter((status) => status !== 204));
  const lines = measured.map(
    ({ accounts, ticks, peakMiB }) =>
      `${accounts.toLocaleString('en-US').padStart(9)} ${String(ticks).padStart(6)} ${peakMiB.toFixed(1).padStart(10)}`,
  );
  return {
    figures: { measured, growth },
    table: [' accounts  ticks   peak MiB', ...lines, `the second is ${growth.toFixed(2)} times the first`].join('\n'),
    problems: [
      ...wrong.map((status) => `a tick was answered ${status}`),
      ...(growth <= maxGrowth ? [] : [`${growth.toFixed(2)} times the memory, more than ${maxGrowth}`]),
    ],
  };
}

async function measure(
  accounts: number,
  { jars, seed, onProgress }: Pick<PartOptions, 'jars' | 'seed' | 'onProgress'>,
): Promise<Measured> {
  const world = await startWorld({ jars, seed, accounts: [accounts], isUnruly: false, runTimeoutSeconds });
  const [owner] = world.owners;
  try {
    if (owner === undefined) throw new Error('there is no owner');
    const names = owner.accounts.map(({ username }) => username);
    // As many ticks for a few accounts: what a process keeps from one to the next counts in both.
    const perTick = Math.min(accountsPerTick, names.length);
    const ticks = many / accountsPerTick;
    const statuses: number[] = [];
    for (let tick = 0; tick < ticks; tick += 1) {
      onProgress(`${accounts.toLocaleString('en-US')} accounts, tick ${tick + 1} of ${ticks}`);
      const from = (tick * perTick) % names.length;
      statuses.push(await sendUsers(owner.collector.url, tick, names.slice(from, from + perTick)));
    }
    await waitUntilDone(world, onProgress);
    return { accounts, ticks, statuses, peakMiB: peakMemoryMiB(owner.collector.pid()) };
  } finally {
    await world.close();
  }
}

async function sendUsers(url: string, tick: number, users: readonly string[]): Promise<number> {
  const headers = {
    'ce-id': `tick-${tick}`,
    'ce-source': '/apis/v1/namespaces/test/pingsources/twittergraph-users',
    'ce-specversion': '1.0',
    'ce-time': new Date(Date.now() - tick * 1000).toISOString(),
    'ce-type': 'dev.knative.sources.ping',
    'content-type': 'application/json',
  };
  const body = JSON.stringify({ job: 'collect', collectors: ['user'], users });
  return (await fetch(url, { method: 'POST', headers, body })).status;
}
