import { writeLines } from '../../support/write-lines.ts';
import { namesOf, type World } from '../world.ts';
import { type Part, startProgram } from './context.ts';

const [accounts, hours, maxRounds] = [300, 20, 7];
const app = 'evening';

/** A tick that has a long ledger to read first. */
export const evening: Part = {
  name: 'evening',
  about: `first tick of a process in the evening of a day of ${accounts} accounts with posts read each hour`,
  isOnEveryNode: false,
  async measure(context) {
    const { figures, programs, world } = context;
    await fillLedger(world);
    const rounds = Math.min(maxRounds, context.rounds);
    for (let round = 1; round <= rounds; round += 1) {
      context.show(`${round}/${rounds}`);
      for (const program of [programs.floor, programs.preflightFloor, programs.function]) {
        const running = await startProgram(context, program, accounts, { TWITTER_APP: app });
        try {
          await running.untilReady();
          const before = await running.use();
          figures.add(program.name, 'first tick', 'wall ms', await running.tick());
          figures.add(
            program.name,
            'first tick',
            'CPU ms',
            ((await running.use()).cpuMicros - before.cpuMicros) / 1000,
          );
        } finally {
          await running.stop();
        }
      }
    }
  },
};

/** The lines of a day: all profiles once, and for each account and hour a purchase that brought one new post. */
async function fillLedger({ influxd }: World): Promise<void> {
  const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const names = namesOf(accounts);
  const lines: string[] = [];
  const add = (
    resource: string,
    time: number,
    keys: readonly string[],
    max: number,
    answers: string[],
    ids: string[],
  ) => {
    const nanoseconds = `${time / 1000}${String(lines.length).padStart(9, '0')}`;
    const price = resource === 'user' ? 10_000 : 5000;
    const line = (state: string, count: number, shown: readonly string[], bought: readonly string[]): string =>
      `twitter_ledger,app=${app},resource=${resource},state=${state} purchase="${lines.length >> 1}",keys="${shown.join()}",` +
      `ids="${bought.join()}",new_resources=${count}i,cost_microusd=${count * price}i,owned=0i ${nanoseconds}`;
    const reserved = line('reserved', max, keys, []);
    lines.push(reserved, line('settled', ids.length, answers, ids));
  };
  for (let from = 0; from < accounts; from += 100) {
    const keys = names.slice(from, from + 100);
    const ids = keys.map((_, index) => String(1000 + from + index));
    add(
      'user',
      midnight + 1000,
      keys,
      100,
      keys.map((key, index) => `${key}=${ids[index] ?? ''}`),
      ids,
    );
  }
  for (let hour = 0; hour < hours; hour += 1) {
    for (const [index, name] of names.entries()) {
      add('tweet', midnight + hour * 3_600_000 + 60_000, [name], 20, [name], [String(10 ** 12 + hour * 1000 + index)]);
    }
  }
  for (let from = 0; from < lines.length; from += 4000) await writeLines(influxd, lines.slice(from, from + 4000), 'ns');
}
