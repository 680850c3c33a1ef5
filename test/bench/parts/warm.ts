import { type Part, withPrograms } from './context.ts';

const eventsPerBlock = 200;
/** Until V8 has compiled what is hot. */
const blocksToWarmUp = 5;

/** One event after another, in blocks that the programs take in turns. */
export const warm: Part = {
  name: 'warm',
  about: `CPU and latency of an event, one after another, ${eventsPerBlock} a round after ${blocksToWarmUp * eventsPerBlock} more`,
  isOnEveryNode: true,
  async measure(context) {
    const { figures, programs, rounds, show } = context;
    await withPrograms(context, Object.values(programs), async (running) => {
      for (let block = 1 - blocksToWarmUp; block <= rounds; block += 1) {
        show(`${block}/${rounds}`);
        for (const { name, tick, use } of running) {
          const before = await use();
          const startedAt = performance.now();
          for (let event = 0; event < eventsPerBlock; event += 1) await tick();
          const wallMs = performance.now() - startedAt;
          const { cpuMicros } = await use();
          if (block < 1) continue;
          figures.add(name, 'an event', 'CPU us', (cpuMicros - before.cpuMicros) / eventsPerBlock);
          figures.add(name, 'an event', 'wall ms', wallMs / eventsPerBlock);
        }
      }
    });
  },
};
