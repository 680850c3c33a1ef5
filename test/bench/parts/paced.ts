import { setTimeout as wait } from 'node:timers/promises';
import { type Part, withPrograms } from './context.ts';

const ticksPerSample = 5;
const ticksToWarmUp = 20;

/** One tick a second for each program, at other moments: what lies between the ticks is counted, too. */
export const paced: Part = {
  name: 'paced',
  about: 'one tick a second, idle time included',
  isOnEveryNode: true,
  async measure(context) {
    const { figures, programs, rounds, show } = context;
    const compared = [programs.floor, programs.preflightFloor, programs.function];
    await withPrograms(context, compared, async (running) => {
      for (const { tick } of running) for (let event = 0; event < ticksToWarmUp; event += 1) await tick();
      for (let sample = 1; sample <= rounds; sample += 1) {
        show(`${sample}/${rounds}`);
        const before = await Promise.all(running.map(({ use }) => use()));
        for (let second = 0; second < ticksPerSample; second += 1) {
          for (const { tick } of running) {
            const startedAt = performance.now();
            await tick();
            await wait(Math.max(0, 1000 / running.length - (performance.now() - startedAt)));
          }
        }
        for (const [index, { name, use }] of running.entries()) {
          const micros = (await use()).cpuMicros - (before[index]?.cpuMicros ?? NaN);
          figures.add(name, 'a tick a second', 'CPU ms', micros / 1000 / ticksPerSample);
        }
      }
    });
  },
};
