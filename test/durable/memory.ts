import { peakMemoryMiB } from '../faults/world.ts';
import type { PartOptions, PartPlayed } from './parts.ts';
import { sendOnce } from './send.ts';
import { waitUntilDone } from './topic.ts';
import { startWorld } from './world.ts';

const [few, many] = [1000, 100_000] as const;
/** As many accounts as one tick of X's 300 requests reads. */
const accountsPerTick = 25_000;
const maxGrowth = 1.5;
/** The first tick of a day buys every profile. */
const runTimeoutSeconds = 280;

/** One process and what it did. */
interface Measured {
  readonly accounts: number;
  readonly ticks: number;
  /** What each tick was answered: `204`, or a status with its reason, or why no answer came. */
  readonly answers: readonly string[];
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
  const wrong = measured.flatMap(({ accounts, answers }) =>
    answers
      .filter((answer) => answer !== '204')
      .map((answer) => `with ${accounts} accounts a tick was answered ${answer}`),
  );
  const lines = measured.map(
    ({ accounts, ticks, peakMiB }) =>
      `${accounts.toLocaleString('en-US').padStart(9)} ${String(ticks).padStart(6)} ${peakMiB.toFixed(1).padStart(10)}`,
  );
  return {
    figures: { measured, growth },
    table: [' accounts  ticks   peak MiB', ...lines, `the second is ${growth.toFixed(2)} times the first`].join('\n'),
    problems: [
      ...wrong,
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
    const answers: string[] = [];
    let peakMiB = 0;
    for (let tick = 0; tick < ticks; tick += 1) {
      onProgress(`${accounts.toLocaleString('en-US')} accounts, tick ${tick + 1} of ${ticks}`);
      const from = (tick * perTick) % names.length;
      const data = { job: 'collect', collectors: ['user'], users: names.slice(from, from + perTick) };
      answers.push(
        await sendOnce(owner.collector.url, { id: `tick-${tick}`, app: owner.app, time: timeOf(tick), data }),
      );
      if (answers.at(-1) === 'none') break; // it has ended, for want of memory most likely
      peakMiB = peakMemoryMiB(owner.collector.pid());
    }
    await waitUntilDone(world, onProgress);
    return { accounts, ticks, answers, peakMiB };
  } finally {
    await world.close();
  }
}

/** No two ticks have the same second. */
function timeOf(tick: number): number {
  return Math.floor(Date.now() / 1000) * 1000 - (many / accountsPerTick - tick) * 1000;
}
