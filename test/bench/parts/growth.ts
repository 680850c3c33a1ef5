import { mebibyte, type Part, withPrograms } from './context.ts';

const [few, many] = [200, 20_000];

/** Whether memory grows with the events that were served. */
export const growth: Part = {
  name: 'growth',
  about: `memory after ${few} and after ${many.toLocaleString('en')} events`,
  isOnEveryNode: false,
  async measure(context) {
    const { figures, programs, show } = context;
    await withPrograms(context, [programs.floor, programs.function], async (running) => {
      for (const { name, tick, use } of running) {
        const sizes: number[] = [];
        for (let event = 1; event <= many; event += 1) {
          await tick();
          if (event % 1000 === 0) show(`${name} ${event.toLocaleString('en')}`);
          if (event === few || event === many) sizes.push((await use()).rssBytes / mebibyte);
        }
        const [before = NaN, after = NaN] = sizes;
        figures.add(name, `after ${few} events`, 'MiB', before);
        figures.add(name, `after ${many.toLocaleString('en')} events`, 'MiB', after);
        figures.add(name, 'growth', 'x', after / before);
      }
    });
  },
};
