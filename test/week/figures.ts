import assert from 'node:assert/strict';
import type { Instance } from '../../functions/run/instance.ts';
import type { Influxd } from '../support/influxd.ts';
import { booksOf, linesOn } from './books.ts';
import { rowsOf } from './rows.ts';

const columns = ['spent_microusd', 'held_microusd', 'set_aside_microusd', 'left_microusd', 'budget_microusd'];

/** A day's money as dashboards see it, in the order of `columns`. */
export type Shown = readonly number[];

/** The newest point of `twitter_budget`. */
export async function newestBudget(influxd: Influxd, app = 'default'): Promise<{ time: string; shown: Shown }> {
  const [row = {}] = await rowsOf(
    influxd,
    `SELECT * FROM "twitter_budget" WHERE "app" = '${app}' ORDER BY time DESC LIMIT 1`,
  );
  return { time: String(row['time']), shown: columns.map((column) => Number(row[column])) };
}

/** The same figures as a day's ledger lines tell them. */
export async function computeOn(influxd: Influxd, day: string, { config, memory }: Instance): Promise<Shown> {
  const keys = memory.watched.accounts.map(({ key }) => key);
  const { settled, held, setAside } = booksOf(await linesOn(influxd, day, config.app), keys);
  return [settled, held, setAside, config.dailyBudget - settled - held - setAside, config.dailyBudget];
}

/** Fails unless the newest tick's figures are those of the ledger; of a tick around midnight those of either day. */
export async function checkFigures(influxd: Influxd, instance: Instance): Promise<Shown> {
  const { time, shown } = await newestBudget(influxd, instance.config.app);
  const days = new Set([time, new Date().toISOString()].map((each) => each.slice(0, 10)));
  const computed: Shown[] = [];
  for (const day of days) computed.push(await computeOn(influxd, day, instance));
  const match = computed.find((figures) => String(figures) === String(shown));
  assert.ok(match !== undefined, `shown at ${time}: ${String(shown)}; by the ledger: ${computed.join(' or ')}`);
  return shown;
}
