import { setTimeout as wait } from 'node:timers/promises';
import { billOn } from '../support/billing-x.ts';
import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import type { Influxd } from '../support/influxd.ts';
import { booksOf, linesOn } from '../week/books.ts';
import { rowsOf } from '../week/rows.ts';
import { seedRandom } from '../week/posting.ts';
import type { PartOptions, PartResult } from './part.ts';
import { accountsCount, envOf, startNeighbours, type Neighbours } from './world.ts';

const timeoutSeconds = 5;
/** A process asks X for at most eight timelines at once, and may have bought its profiles in the same moment. */
const maxHeldAKill = 8 * 25_000 + accountsCount * 10_000;
const budgetUsd = 100;
/** So that every tick has something to buy. */
const postEveryMs = 1000;
const worldNumber = 6000;

/** Kills the function or InfluxDB `count` times in the middle of a tick, and sends the event again until it is taken. */
export async function tryKills({ influxd, seed, count, onProgress }: PartOptions): Promise<PartResult> {
  const postTimes = Array.from({ length: count * 2 }, (_, post) => Date.now() + post * postEveryMs);
  const neighbours = await startNeighbours(influxd, worldNumber, postTimes);
  const random = seedRandom(seed);
  const env = {
    ...envOf(neighbours),
    TWITTER_DAILY_BUDGET_USD: String(budgetUsd),
    RUN_TIMEOUT_SECONDS: String(timeoutSeconds),
  };
  const kills: Record<string, number> = {};
  const problems: string[] = [];
  const done: number[] = [];
  let fn = await startFunction(env);
  try {
    for (let kill = 0; kill < count; kill += 1) {
      onProgress(kill);
      const time = neighbours.nextTime();
      const victim = random() < 0.6 ? 'function' : 'InfluxDB';
      const signal = random() < 0.5 ? 'SIGKILL' : 'SIGTERM';
      const name = `${victim} ${signal}`;
      kills[name] = (kills[name] ?? 0) + 1;
      const answering = sendEvent(fn, time);
      await wait(random() * 250);
      const starting = victim === 'function' ? restartFunction(fn, signal, env) : restartStore(fn, signal, influxd);
      const { status } = await answering;
      fn = await starting;
      if (status !== undefined && ![204, 503].includes(status)) problems.push(`${name}: ${status}`);
      const said = await sendUntilTaken(fn, time);
      if (said === '') done.push(time);
      else problems.push(`after ${name} the event was not taken: ${said}`);
    }
    const totals = { kills, done: done.length, ...(await lookAt(neighbours, done, count, problems)) };
    return { totals, problems };
  } finally {
    await fn.stop('SIGKILL');
    await neighbours.close();
  }
}

async function restartFunction(
  fn: FunctionProcess,
  signal: NodeJS.Signals,
  env: Readonly<Record<string, string>>,
): Promise<FunctionProcess> {
  await fn.stop(signal);
  return startFunction(env);
}

async function restartStore(fn: FunctionProcess, signal: NodeJS.Signals, influxd: Influxd): Promise<FunctionProcess> {
  await influxd.stop(signal);
  await influxd.start();
  return fn;
}

/** Its status and what it says; no status where the connection broke, as for a pod that is killed. */
async function sendEvent(fn: FunctionProcess, time: number): Promise<{ status?: number; body: string }> {
  const data = { collectors: ['user', 'tweet'] };
  try {
    const answer = await fn.postEvent(data, { 'ce-time': new Date(time).toISOString() });
    return { status: answer.status, body: await answer.text() };
  } catch (error) {
    return { body: String(error) };
  }
}

/** Sends it as often as a PingSource does. Why it was not taken; empty where it was. */
async function sendUntilTaken(fn: FunctionProcess, time: number): Promise<string> {
  const said: string[] = [];
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const { status, body } = await sendEvent(fn, time);
    if (status === 204) return '';
    said.push(`${status ?? 'nothing'} ${body}`);
    await wait(100 * 2 ** attempt);
  }
  return said.join(', ');
}

async function lookAt(
  { x, influxd, app }: Neighbours,
  done: readonly number[],
  count: number,
  problems: string[],
): Promise<Readonly<Record<'lost' | 'bill' | 'settled' | 'held', number>>> {
  const rows = await rowsOf(influxd, 'SELECT "followers_count", "username" FROM "twitter_user"');
  const stored = new Set(rows.map(({ time, username }) => `${Date.parse(String(time))} ${String(username)}`));
  const expected = done.flatMap((time) => x.accounts.map(({ username }) => `${time} ${username}`));
  const lost = expected.filter((point) => !stored.has(point)).length;
  if (lost > 0) problems.push(`${lost} points of events that were answered 204 are lost`);
  const day = new Date().toISOString().slice(0, 10);
  const bill = billOn(x, day);
  const { settled, held } = booksOf(await linesOn(influxd, day, app));
  if (bill > settled + held) problems.push(`the bill of ${bill} is above ${settled} settled and ${held} held`);
  if (held > count * maxHeldAKill) problems.push(`${held} held is more than ${count} kills can leave`);
  return { lost, bill, settled, held };
}
