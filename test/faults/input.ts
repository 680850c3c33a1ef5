import { Agent, request as send } from 'node:http';
import { connect, type Socket } from 'node:net';
import { seedRandom } from '../week/posting.ts';
import { type Generated, generate } from './generate.ts';
import { checkDictionary } from './dictionary.ts';
import type { PartOptions, PartResult } from './part.ts';
import { findSecrets } from './secrets.ts';
import { peakMemoryMiB, startWorld, type World } from './world.ts';

const allowed: ReadonlySet<number> = new Set([200, 204, 400, 404, 405, 413, 415, 422, 431, 503]);
/** What func.yaml gives. */
const maxPeakMiB = 256;
const atOnce = 8;
const worldNumber = 5000;

/** Sends `count` generated events and requests, a thousand slow connections meanwhile, and looks at what they left. */
export async function tryInput({ influxd, seed, count, onProgress }: PartOptions): Promise<PartResult> {
  const world = await startWorld({ influxd, number: worldNumber });
  const problems: string[] = [];
  const statuses: Record<string, number> = {};
  const random = seedRandom(seed);
  const slow = await openSlowConnections(world, Math.min(1000, count));
  try {
    let begun = 0;
    const work = async (agent: Agent): Promise<void> => {
      while (begun < count) {
        begun += 1;
        onProgress(begun);
        const generated = generate(random);
        const status = await exchange(world, generated, agent);
        statuses[String(status)] = (statuses[String(status)] ?? 0) + 1;
        if (typeof status !== 'number' || !allowed.has(status)) problems.push(`${status}: ${describe(generated)}`);
      }
      agent.destroy();
    };
    await Promise.all(Array.from({ length: atOnce }, () => work(new Agent({ keepAlive: true }))));
    const alive = await fetch(`${world.fn.url}/health/liveness`);
    if (alive.status !== 200) problems.push(`liveness is ${alive.status} afterwards`);
    problems.push(...(await checkDictionary(influxd)), ...findSecrets(world, world.fn.output(), 'the log'));
    const peakMiB = Math.round(peakMemoryMiB(world.fn.pid));
    if (peakMiB > maxPeakMiB) problems.push(`used ${peakMiB} MiB`);
    return { totals: { requests: begun, statuses, peakMiB }, problems };
  } finally {
    for (const socket of slow) socket.destroy();
    await world.close();
  }
}

/** Connections that send a letter of a request each second and never end it. */
async function openSlowConnections({ fn }: World, count: number): Promise<Socket[]> {
  const { port } = new URL(fn.url);
  const sockets = Array.from({ length: count }, () => {
    const socket = connect(Number(port), '127.0.0.1');
    const timer = setInterval(() => socket.write('x'), 1000);
    socket
      .on('error', () => undefined)
      .on('close', () => {
        clearInterval(timer);
      });
    socket.write('POST / HTTP/1.1\r\nhost: x\r\nx-slow: ');
    return socket;
  });
  await Promise.all(
    sockets.map((socket) => new Promise((resolve) => socket.once('connect', resolve).once('error', resolve))),
  );
  return sockets;
}

/** Its status, or what went wrong. As every client does, it sends again what a connection that had served before did not take. */
function exchange(world: World, generated: Generated, agent: Agent): Promise<number | string> {
  const { method, path, body } = generated;
  // Node says the length of a body of its own accord with some methods alone.
  const headers = { ...generated.headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) };
  return new Promise((resolve) => {
    const { hostname: host, port } = new URL(world.fn.url);
    const asking = send({ host, port, method, path, headers, agent, timeout: 20_000 }, (response) => {
      response.resume().on('end', () => {
        resolve(response.statusCode ?? 0);
      });
      response.on('error', (error) => {
        resolve(error.message);
      });
    });
    asking.on('timeout', () => asking.destroy(new Error('no answer within 20 s')));
    asking.on('error', (error) => {
      resolve(asking.reusedSocket ? exchange(world, generated, new Agent()) : error.message);
    });
    asking.end(body);
  });
}

function describe({ method, path, headers, body }: Generated): string {
  return JSON.stringify({ method, path, headers, body: body?.toString('utf8').slice(0, 300) });
}
