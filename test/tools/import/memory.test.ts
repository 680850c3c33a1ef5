import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

import { linesOf, readingOf, rowsIn, startImport, startWorld, start } from './ancestor.ts';

const ticks = 96 * 1096;

/** Resident memory of a process in MiB, where the system says; 0 where it does not or the process is gone. */
function residentMiB(pid: number): number {
  try {
    const [, kib = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Math.round(Number(kib) / 1024);
  } catch {
    return 0;
  }
}

test('three years of two users at quarter hours go through a heap that could never hold them', async (t) => {
  const readings = ['jack', 'nasa'].flatMap((user) =>
    Array.from({ length: ticks }, (_, tick) => readingOf(user, start + tick * 900, tick)),
  );
  const world = await startWorld(t, readings.flatMap(linesOf));
  const env = { ...world.env, NODE_OPTIONS: '--max-old-space-size=64' };
  const running = startImport([...world.args, '--map', 'jack=12', '--map', 'nasa=13'], env);
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(residentMiB(running.pid)), 100);
  const { code, out, err } = await running.ended;
  clearInterval(timer);
  const quarters = [1, 2, 3, 4].map((n) => Math.max(...seen.slice(((n - 1) * seen.length) / 4, (n * seen.length) / 4)));
  t.diagnostic(`resident in the four quarters of the run: ${quarters.join(', ')} MiB`);
  assert.deepEqual([code, err], [0, ''], out);
  assert.match(out, /^Counted in the target: all 1,052,160 numbers written are there\.$/m);
  const counts = await rowsIn(world.target, 'SELECT count("like_count") AS "n" FROM "twitter_user" GROUP BY "user_id"');
  assert.deepEqual(
    counts.map((row) => row['n']),
    [ticks, ticks],
  );
});
