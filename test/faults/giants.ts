import { rmdirSync } from 'node:fs';
import { request as send } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { writeLines } from '../support/write-lines.ts';
import type { Asked, Play } from './exchange.ts';
import { limitMiB, openCgroup, startInCgroup } from './cgroup.ts';
import { crowded, isTimeline, lists, mebibyte, padded, populous, refusing, spaced } from './giant-plays.ts';
import type { PartOptions, PartResult } from './part.ts';
import { peakMemoryMiB, startWorld, type World } from './world.ts';

const worldNumber = 8000;
const env = { TWITTER_DAILY_BUDGET_USD: '1000000', RUN_TIMEOUT_SECONDS: '20' };

/** One giant thing, and the statuses that may come of it. */
interface Giant {
  readonly name: string;
  readonly statuses: readonly number[];
  readonly meet: (world: World) => Promise<number>;
}

export const giants: readonly Giant[] = [
  { name: 'X answers 7 MB', statuses: [204], meet: (world) => tickWith(world, 'x', padded(7)) },
  { name: 'X answers 7 MB in gzip', statuses: [204], meet: (world) => tickWith(world, 'x', padded(7, true)) },
  { name: 'X answers 9 MB', statuses: [503], meet: (world) => tickWith(world, 'x', padded(9)) },
  { name: 'X answers 9 MB in gzip', statuses: [503], meet: (world) => tickWith(world, 'x', padded(9, true)) },
  { name: 'X answers 7 MB of nothing but lists', statuses: [503], meet: (world) => tickWith(world, 'x', lists(7)) },
  {
    name: 'InfluxDB answers 15 MB of nothing but lists',
    statuses: [503],
    meet: (world) => tickWith(world, 'store', lists(15)),
  },
  { name: 'X refuses with 7 MB', statuses: [422], meet: (world) => tickWith(world, 'x', refusing(7)) },
  { name: 'X refuses with 9 MB', statuses: [422, 503], meet: (world) => tickWith(world, 'x', refusing(9)) },
  {
    name: 'X has 100,000 posts in a timeline',
    statuses: [204],
    meet: (world) => tickWith(world, 'x', crowded, isTimeline),
  },
  {
    name: 'InfluxDB knows 140,000 accounts',
    statuses: [204, 503],
    meet: (world) => tickWith(world, 'store', populous),
  },
  { name: 'InfluxDB has 15 MB of ledger', statuses: [204], meet: tickWithLedger },
  { name: 'InfluxDB answers 15 MB of spaces', statuses: [204], meet: (world) => tickWith(world, 'store', spaced(15)) },
  { name: 'InfluxDB answers 17 MB', statuses: [503], meet: (world) => tickWith(world, 'store', spaced(17)) },
  { name: 'forty bodies of 1 MB, twenty at a time', statuses: [200, 400, 503], meet: sendBodies },
  { name: 'a body said to be 10 GB long', statuses: [413], meet: (world) => sendBody(world, '10000000000') },
  { name: 'a body without end', statuses: [413], meet: (world) => sendBody(world, undefined) },
];

/** Meets each giant, or the first `count`, with a function in a cgroup of 256 MiB where this machine has cgroups, and says how much it took. */
export async function tryGiants({ influxd, count, onProgress }: PartOptions): Promise<PartResult> {
  const problems: string[] = [];
  const taken: Record<string, string> = {};
  const cgroup = openCgroup();
  const startedBy = startInCgroup(cgroup);
  let done = 0;
  for (const { name, statuses, meet } of giants.slice(0, count)) {
    const world = await startWorld({ influxd, number: worldNumber + done, env, startedBy });
    try {
      const status = await meet(world).catch((error: unknown) => String(error));
      const next = await tick(world).catch((error: unknown) => String(error));
      const mebibytes = Math.round(peakMemoryMiB(world.fn.pid));
      taken[name] = `${status}, ${mebibytes} MiB`;
      if (!statuses.includes(Number(status))) problems.push(`${name}: ${status}`);
      if (next !== 204) problems.push(`${name}: the next tick was answered ${next}`);
      if (!(mebibytes <= limitMiB)) problems.push(`${name}: used ${mebibytes} MiB`);
    } catch (error) {
      problems.push(`${name}: ${String(error)}`);
    } finally {
      await world.close();
    }
    done += 1;
    onProgress(done);
  }
  if (cgroup !== undefined) rmdirSync(cgroup);
  return { totals: { limit: cgroup === undefined ? 'none: no cgroups here' : `${limitMiB} MiB`, taken }, problems };
}

async function tick(world: World): Promise<number> {
  const data = { collectors: ['user', 'tweet'], probe: true };
  const answer = await world.fn.postEvent(data, { 'ce-time': new Date(world.nextTime()).toISOString() });
  await answer.text();
  return answer.status;
}

/** From the first request on, or at the one that matches alone. */
async function tickWith(
  world: World,
  neighbour: 'x' | 'store',
  play: Play,
  matches?: (asked: Asked) => boolean,
): Promise<number> {
  const gate = neighbour === 'x' ? world.xGate : world.storeGate;
  gate.strike({ play, matches: matches ?? (() => true), isOnce: matches !== undefined });
  const status = await tick(world);
  gate.strike(undefined);
  return status;
}

/** A day of purchases of 100 posts each, 20,000 distinct ones: those of a hundred dollars. */
async function tickWithLedger(world: World): Promise<number> {
  const postsPerLine = 100;
  const linesCount = Math.floor((15 * mebibyte) / (postsPerLine * 20 + 200));
  const day = Math.floor(Date.now() / 86_400_000) * 86_400_000;
  const lines = Array.from({ length: linesCount }, (_, line) => {
    const ids = Array.from({ length: postsPerLine }, (_post, post) =>
      String(1_700_000_000_000_000_000n + BigInt((line % 200) * 1000 + post)),
    );
    const fields = `purchase="p${line}",keys="id:1",ids="${ids.join(',')}",new_resources=${postsPerLine}i,cost_microusd=${postsPerLine * 5000}i,owned=0i`;
    return `twitter_ledger,app=${world.app},resource=tweet,state=settled ${fields} ${day + line}`;
  });
  for (let at = 0; at < lines.length; at += 1000) await writeLines(world.influxd, lines.slice(at, at + 1000));
  return tick(world);
}

async function sendBodies(world: World): Promise<number> {
  const body = JSON.stringify({ users: ['x'.repeat(mebibyte - 100)] });
  const headers = { 'content-type': 'application/json' };
  let status = 0;
  for (let round = 0; round < 2; round += 1) {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => fetch(world.fn.url, { method: 'POST', headers, body })),
    );
    for (const answer of answers) {
      await answer.text();
      status = Math.max(status, answer.status);
    }
  }
  return status;
}

/** Sends until it is answered or cut off, at most for ten seconds. */
function sendBody({ fn }: World, length: string | undefined): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      ...(length === undefined ? {} : { 'content-length': length }),
    };
    const asking = send(fn.url, { method: 'POST', headers }, (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
      void wait(500).then(() => asking.destroy());
    });
    asking.on('error', reject);
    const chunk = Buffer.alloc(65_536, ' ');
    const write = (): void => {
      while (!asking.destroyed && asking.write(chunk));
      if (!asking.destroyed) asking.once('drain', write);
    };
    write();
    void wait(10_000).then(() => asking.destroy(new Error('no answer in 10 s')));
  });
}
