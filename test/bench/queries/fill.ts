import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ora from 'ora';

import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { writeLines } from '../../support/write-lines.ts';
import { root } from '../../support/yaml.ts';
import { dayMs } from './clock.ts';
import { linesIn, linesOfDay, type Population, startOf } from './population.ts';

/** To be raised when `linesOfDay` changes: what was filled before is then filled again. */
const version = 2;
/** Lines of one request: a few megabytes. */
const linesPerWrite = 20_000;

/** An InfluxDB with this population; its data stays in .cache/ for the next time. */
export async function openFilled(population: Population): Promise<Influxd> {
  const name = `queries-${population.accounts}x${population.days}-${version}`;
  const folder = join(root, '.cache', 'bench', name);
  mkdirSync(folder, { recursive: true });
  const influxd = await startInfluxd({ folder });
  try {
    if (!existsSync(join(folder, 'filled'))) {
      await fill(influxd, population);
      writeFileSync(join(folder, 'filled'), '');
    }
    return influxd;
  } catch (error) {
    await influxd.close();
    throw error;
  }
}

/** Day by day, oldest first, so that each shard is written once. */
async function fill(influxd: Influxd, population: Population): Promise<void> {
  const bar = ora({ stream: process.stderr, discardStdin: false, isSilent: !process.stderr.isTTY }).start();
  const total = linesIn(population);
  let written = 0;
  try {
    for (let index = 0; index < population.days; index += 1) {
      const lines = linesOfDay(population, startOf(population) + index * dayMs);
      for (let at = 0; at < lines.length; at += linesPerWrite)
        await writeLines(influxd, lines.slice(at, at + linesPerWrite));
      written += lines.length;
      bar.text = `filling .cache/bench: ${Math.floor((100 * written) / total)} % of ${total.toLocaleString('en-US')} points`;
    }
  } finally {
    bar.stop();
  }
}
