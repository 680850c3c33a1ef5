import { writeLines } from '../../support/write-lines.ts';
import type { Measured } from '../measured.ts';
import { idOf, namesOf } from '../world.ts';
import { type Context, mebibyte, type Part, startProgram } from './context.ts';

/** How many accounts, and how often at most: the large ones take long and vary little. */
const sizes = [
  { accounts: 1, maxRounds: 15 },
  { accounts: 100, maxRounds: 15 },
  { accounts: 1000, maxRounds: 9 },
  { accounts: 10_000, maxRounds: 5 },
  { accounts: 100_000, maxRounds: 2 },
];
/** So rare that a tick may use all of X's window: 30,000 profiles. Of 100,000 the function then reads a quarter, the floor all. */
const everySeconds = 86_400;

/** The first tick of the day, in a process that has just started, and a later one. */
export const accounts: Part = {
  name: 'accounts',
  about: "first tick of the day and a later one at 1 to 100,000 accounts (a quarter of those, by X's limit)",
  isOnEveryNode: false,
  async measure(context) {
    for (const { accounts: count, maxRounds } of sizes) {
      await fillSeries(context, count);
      const rounds = Math.min(maxRounds, context.rounds);
      for (let round = 1; round <= rounds; round += 1) {
        context.show(`${count.toLocaleString('en')} accounts ${round}/${rounds}`);
        await measureOnce(context, count);
      }
    }
  },
};

/** A point of every account, of an hour ago: the first point of a series takes InfluxDB longer than all others. */
async function fillSeries({ world }: Context, count: number): Promise<void> {
  const time = Date.now() - 3_600_000;
  const names = namesOf(count);
  for (let from = 0; from < names.length; from += 5000) {
    const tags = names.slice(from, from + 5000).map((name) => `user_id=${idOf(name)},username=${name}`);
    const lines = ['twitter_user', 'floor_user'].flatMap((measurement) =>
      tags.map((tag) => `${measurement},${tag} followers_count=100i ${time}`),
    );
    await writeLines(world.influxd, lines);
  }
}

async function measureOnce(context: Context, count: number): Promise<void> {
  const { floor, function: ours } = context.programs;
  for (const program of [floor, ours]) {
    const running = await startProgram(context, program, count);
    try {
      await running.untilReady();
      await measureTicks(context, program.name, running, count);
    } finally {
      await running.stop();
    }
  }
}

async function measureTicks({ figures }: Context, name: string, running: Measured, count: number): Promise<void> {
  const size = `${count.toLocaleString('en')} accounts`;
  let { cpuMicros: before } = await running.use();
  for (const which of ['first tick', 'later tick']) {
    const wallMs = await running.tick({ job: 'collect', collectors: ['user'], every: everySeconds });
    const { cpuMicros } = await running.use();
    figures.add(name, `${size}, ${which}`, 'wall ms', wallMs);
    figures.add(name, `${size}, ${which}`, 'CPU ms', (cpuMicros - before) / 1000);
    if (count >= 1000) figures.add(name, `${size}, ${which}, an account`, 'CPU us', (cpuMicros - before) / count);
    before = cpuMicros;
  }
  figures.add(name, `${size}, peak`, 'MiB', (await running.use()).peakBytes / mebibyte);
}
