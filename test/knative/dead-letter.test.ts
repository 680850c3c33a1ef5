import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

import { readText } from '../docs/markdown.ts';
import { folderFor } from '../functions/fixtures.ts';
import { findFreePort, killWithThisProcess } from '../support/influxd.ts';

/** The sink as its pod runs it, and its log line by line. */
interface Sink {
  url: string;
  nextLine(): Promise<unknown>;
  stop(): Promise<number | null>;
}

let sink: Sink;
before(async () => {
  sink = await startSink();
});
after(() => sink.stop());

const event = {
  'ce-id': '121af80f',
  'ce-source': '/apis/v1/namespaces/default/pingsources/twittergraph-users',
  'ce-specversion': '1.0',
  'ce-time': '2026-11-23T01:40:40.173696115Z',
  'ce-type': 'dev.knative.sources.ping',
  'content-type': 'application/json',
};
const described = {
  level: 'error',
  type: 'dev.knative.sources.ping',
  source: '/apis/v1/namespaces/default/pingsources/twittergraph-users',
  id: '121af80f',
  time: '2026-11-23T01:40:40.173696115Z',
};

it('writes a line with the code and the reason, decoded', async () => {
  const answer = { reason: 'store_refused', detail: 'no such database' };
  const failed = {
    'ce-knativeerrorcode': '422',
    'ce-knativeerrordata': Buffer.from(JSON.stringify(answer)).toString('base64'),
    'ce-knativeerrordest': 'http://twittergraph.tg.svc.cluster.local/',
  };
  assert.equal(await send({ ...event, ...failed }, '{"job":"collect"}'), 204);
  const line = await sink.nextLine();
  const [shown] = /^\{"level":"error".*$/m.exec(readText('knative/README.md')) ?? [];
  assert.deepEqual(Object.keys(JSON.parse(shown ?? '{}') as object), Object.keys(line as object));
  assert.deepEqual(line, {
    ...described,
    message: 'not delivered: 422',
    data: { job: 'collect' },
    code: 422,
    answer,
    destination: 'http://twittergraph.tg.svc.cluster.local/',
  });
});

it('says so where nobody answered in time', async () => {
  assert.equal(await send(event, '{"job":"collect"}'), 204);
  assert.deepEqual(await sink.nextLine(), {
    ...described,
    message: 'not delivered: no answer',
    data: { job: 'collect' },
  });
});

it('keeps what is not JSON as text, and cuts what is long', async () => {
  const failed = { 'ce-knativeerrorcode': '500', 'ce-knativeerrordata': Buffer.from('<html>').toString('base64') };
  assert.equal(await send({ ...event, ...failed }, 'x'.repeat(1_000_000)), 204);
  const { answer, data } = (await sink.nextLine()) as { answer: string; data: string };
  assert.equal(answer, '<html>');
  assert.equal(data.length, 65_536);
});

it('with a file keeps each event whole, as a line of structured JSON without what tells of the delivery', async (t) => {
  const file = join(folderFor(t), 'dead-letters.jsonl');
  const keeping = await startSink({ KEEP_FILE: file });
  t.after(() => keeping.stop());
  const data = { points: ['ü'.repeat(100_000)] };
  const failed = { 'ce-knativeerrorcode': '422', 'ce-knativeerrordest': 'http://recorder/' };
  for (let round = 1; round <= 2; round += 1) {
    assert.equal(await send({ ...event, ...failed }, JSON.stringify(data), keeping), 204);
  }
  const { type, source, id, time } = described;
  const whole = { type, source, id, time, specversion: '1.0', datacontenttype: 'application/json', data };
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  assert.deepEqual(
    lines.map((line) => JSON.parse(line) as unknown),
    [whole, whole],
  );
});

it('says that it could not keep an event, so that the broker sends it again', async (t) => {
  const keeping = await startSink({ KEEP_FILE: '/nonexistent/file' });
  t.after(() => keeping.stop());
  assert.equal(await send(event, '{}', keeping), 503);
  assert.match(((await keeping.nextLine()) as { message: string }).message, /^not kept: ENOENT/);
});

it('answers probes, and ends at once when it is told to', async () => {
  assert.equal((await fetch(sink.url)).status, 200);
  assert.equal(await sink.stop(), 0);
});

async function send(headers: Record<string, string>, body: string, to = sink): Promise<number> {
  const answer = await fetch(to.url, { method: 'POST', headers, body });
  assert.equal(await answer.text(), '');
  return answer.status;
}

async function startSink(env: Readonly<Record<string, string>> = {}): Promise<Sink> {
  const port = await findFreePort();
  const child = spawn(process.execPath, ['knative/overlays/broker/dead-letter.mjs'], {
    env: { PORT: String(port), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  killWithThisProcess(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const url = `http://127.0.0.1:${port}/`;
  while (!(await fetch(url).catch(() => undefined))?.ok) await delay(20);
  return {
    url,
    nextLine: async () => JSON.parse(String((await lines.next()).value)) as unknown,
    stop: async () => {
      if (child.exitCode === null) {
        child.kill('SIGTERM');
        await once(child, 'exit');
      }
      return child.exitCode;
    },
  };
}
