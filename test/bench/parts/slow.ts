import { type Part, startProgram } from './context.ts';

const [accounts, delayMs, maxRounds] = [1000, 50, 9];

/** How long it takes when X takes its time. */
export const slow: Part = {
  name: 'slow',
  about: `a tick of ${accounts.toLocaleString('en')} accounts with X answering in ${delayMs} ms`,
  isOnEveryNode: false,
  async measure(context) {
    const { figures, programs, world } = context;
    const rounds = Math.min(maxRounds, context.rounds);
    for (let round = 1; round <= rounds; round += 1) {
      context.show(`${round}/${rounds}`);
      for (const program of [programs.floor, programs.packages, programs.function]) {
        const running = await startProgram(context, program, accounts);
        try {
          await running.tick(); // opens connections, compiles
          world.xDelayMs = delayMs;
          figures.add(program.name, `X answers in ${delayMs} ms`, 'wall ms', await running.tick());
        } finally {
          world.xDelayMs = 0;
          await running.stop();
        }
      }
    }
  },
};
