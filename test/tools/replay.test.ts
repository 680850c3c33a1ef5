import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { startRecordingStore } from '../functions/adapters/recording-store.ts';
import { folderFor } from '../functions/fixtures.ts';
import { pointOf } from '../functions/run/world.ts';
import { root } from '../support/yaml.ts';

const time = Date.parse('2026-11-23T12:00:00Z');
const eventOf = (id: string, parts: object = {}): string =>
  JSON.stringify({
    ...{ specversion: '1.0', id, source: '/twittergraph/default', type: 'twittergraph.record.v1' },
    ...{ time: '2026-11-23T12:00:00Z', datacontenttype: 'application/json', data: { points: [pointOf(time)] } },
    ...parts,
  });

function fileOf(t: TestContext, lines: readonly string[]): string {
  const file = join(folderFor(t), 'dead-letters.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`);
  return file;
}

/** The command as npm starts it. */
async function run(...args: string[]): Promise<{ code: number; output: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'tools/replay/index.ts', ...args], { cwd: root });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, output };
}

test('every event goes to the recorder as it is, in its order', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => ({ status: 204 }));
  const lines = [eventOf('a'), eventOf('b')];
  const { code, output } = await run('--to', access.url, fileOf(t, [...lines, '']));
  assert.equal(code, 0, output);
  assert.match(output, /2 events stored \(2 points\), 0 not/);
  assert.deepEqual(
    seen.map(({ body }) => body),
    lines,
  );
  assert.equal(seen[0]?.headers['content-type'], 'application/cloudevents+json');
});

test('what is refused, or is no record, is named with its line; the others are sent', async (t) => {
  const { access, seen } = await startRecordingStore(t, ({ body }) => ({
    status: body.includes('"id":"b"') ? 422 : 204,
    body: body.includes('"id":"b"') ? { reason: 'store_refused' } : undefined,
  }));
  const lines = [
    'nonsense',
    eventOf('a'),
    eventOf('b'),
    eventOf('c', { type: 'dev.knative.sources.ping' }),
    eventOf('d'),
  ];
  const { code, output } = await run('--json', '--to', access.url, fileOf(t, lines));
  assert.equal(code, 1);
  const { taken, refusals } = JSON.parse(output) as { taken: number; refusals: { line: number; problem: string }[] };
  assert.deepEqual([taken, seen.length, refusals.map(({ line }) => line)], [2, 3, [1, 3, 4]]);
  assert.equal(refusals[1]?.problem, '422 {"reason":"store_refused"}');
});

test('a dry run checks every line and sends nothing', async (t) => {
  const { access, seen } = await startRecordingStore(t, () => ({ status: 204 }));
  const { code, output } = await run(
    '--dry-run',
    '--to',
    access.url,
    fileOf(t, [eventOf('a'), eventOf('b', { data: {} })]),
  );
  assert.equal(code, 1);
  assert.match(
    output,
    /1 events are good \(1 points\), 1 not\nline 2 b: twittergraph\.record\.v1: its points are not a list with at least one point/,
  );
  assert.deepEqual(seen, []);
});

test('it says how it is used, and what is wrong with the command line or the file', async () => {
  assert.match((await run('--help')).output, /^npm run replay -- \[options\] FILE/);
  for (const [args, said] of [
    [[], /Name one file/],
    [['--to', 'ftp://x', 'file'], /--to is "ftp:\/\/x"/],
    [['--frm', 'x'], /See npm run replay -- --help/],
    [['/nonexistent/file'], /ENOENT/],
  ] as const) {
    const { code, output } = await run(...args);
    assert.deepEqual([code, said.test(output)], [1, true], output);
  }
});
