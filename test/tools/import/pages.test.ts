import assert from 'node:assert/strict';
import { test } from 'node:test';

import { factsOf, importIn, startWorld, sumOf, start } from './ancestor.ts';

test('a page that would end between two numbers of one moment loses neither', async (t) => {
  const pairs = Array.from({ length: 2000 }, (_, tick) =>
    ['a', 'b'].map((host) => `followers_count,user=jack,host=${host} value=${tick}i ${start + tick * 60}`),
  );
  const world = await startWorld(t, [`followers_count,user=jack value=7i ${start - 60}`, ...pairs.flat()]);
  const [jack] = factsOf(await importIn(world, '--map', 'jack=12', '--json')).names;
  assert.deepEqual(
    [sumOf(jack?.numbers.read ?? {}), jack?.numbers.written, jack?.numbers.skipped, jack?.problems],
    [4001, { followers_count: 2001 }, { repeated: 2000 }, []],
  );
});
