import { mebibyte, type Part, startProgram } from './context.ts';

/** From the start of the process to its first 204. */
export const cold: Part = {
  name: 'cold',
  about: 'process start to the first 204 of a tick of one account',
  isOnEveryNode: true,
  async measure(context) {
    const { figures, programs, rounds, show } = context;
    for (let round = 1; round <= rounds; round += 1) {
      show(`${round}/${rounds}`);
      for (const program of Object.values(programs)) {
        const startedAt = performance.now();
        const running = await startProgram(context, program, 1);
        try {
          await running.tick();
          figures.add(program.name, 'to the first 204', 'wall ms', performance.now() - startedAt);
          const { cpuMicros, rssBytes, builtins, files } = await running.use();
          figures.add(program.name, 'to the first 204', 'CPU ms', cpuMicros / 1000);
          figures.add(program.name, 'after the first event', 'MiB', rssBytes / mebibyte);
          figures.add(program.name, 'modules of Node', 'count', builtins);
          figures.add(program.name, 'CommonJS files', 'count', files);
        } finally {
          await running.stop();
        }
      }
    }
  },
};
