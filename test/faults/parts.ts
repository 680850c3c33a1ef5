import { seedRandom } from '../week/posting.ts';
import { listCells } from './cells.ts';
import { hostileCases, tryData } from './data.ts';
import { giants, tryGiants } from './giants.ts';
import { tryKills } from './kills.ts';
import { markerCases, tryMarkers } from './markers.ts';
import { playCell, type CellResult } from './matrix.ts';
import { countEach, inParallel, type Part, type PartOptions, type PartResult } from './part.ts';
import { tryInput } from './input.ts';
import { soak } from './soak.ts';

/** As many functions at a time; most of a cell is waiting for a deadline. */
const cellsAtOnce = 3;
const maxTries = 3;

/** THE list of what the campaign does. */
export const parts: readonly Part[] = [
  {
    name: 'matrix',
    about: 'each fault of each neighbour at each point of a tick',
    unit: 'cells',
    size: listCells().length,
    run: playMatrix,
  },
  { name: 'kills', about: 'function and InfluxDB killed at random moments', unit: 'kills', size: 200, run: tryKills },
  { name: 'input', about: 'generated events and requests', unit: 'requests', size: 20_000, run: tryInput },
  {
    name: 'data',
    about: 'values of X and InfluxDB that have no business there',
    unit: 'cases',
    size: hostileCases.length,
    run: tryData,
  },
  {
    name: 'markers',
    about: 'credentials said back in every form, looked for everywhere',
    unit: 'cases',
    size: markerCases,
    run: tryMarkers,
  },
  {
    name: 'giants',
    about: 'answers and bodies of megabytes in the memory of a pod',
    unit: 'giants',
    size: giants.length,
    run: tryGiants,
  },
  {
    name: 'soak',
    about: 'ticks one after the other, with faults now and then',
    unit: 'ticks',
    size: 10_000,
    run: soak,
  },
];

/** All cells, or a sample of so many. */
async function playMatrix({ influxd, seed, count, onProgress }: PartOptions): Promise<PartResult> {
  const random = seedRandom(seed);
  const keyed = listCells().map((cell) => ({ cell, key: random() }));
  const cells = keyed
    .sort((a, b) => a.key - b.key)
    .map(({ cell }) => cell)
    .slice(0, count);
  const results: CellResult[] = [];
  await inParallel(cells, cellsAtOnce, async (cell, index) => {
    let result = await playCell(cell, influxd, index);
    // Where this machine was too busy to let the fault happen, nothing was tried.
    for (let again = 1; again < maxTries && !result.isStruck; again += 1) {
      result = await playCell(cell, influxd, index + again * cells.length);
    }
    results.push(result);
    onProgress(results.length);
  });
  const numbers = (key: string): number[] => results.map(({ seen }) => Number(seen[key] ?? 0));
  return {
    totals: {
      cells: results.length,
      statuses: countEach(results.map(({ seen }) => seen['status'] ?? 'none')),
      longestMs: Math.max(...numbers('ms')),
      mostRequestsOfX: Math.max(...numbers('x')),
      mostRequestsOfInfluxDB: Math.max(...numbers('store')),
      mostMiB: Math.max(...numbers('MiB')),
    },
    problems: results.flatMap(({ cell, problems, seen }) =>
      problems.map((problem) => `${cell}: ${problem} (${JSON.stringify(seen)})`),
    ),
  };
}
