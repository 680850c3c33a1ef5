import { request as send } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { mebibyte } from './giant-plays.ts';
import type { World } from './world.ts';

/** Forty bodies of a megabyte, twenty at a time: the highest status they are answered with. */
export async function sendBodies(world: World): Promise<number> {
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
export function sendBody({ fn }: World, length: string | undefined): Promise<number> {
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
