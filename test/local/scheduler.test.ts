import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type PingSource, readPingSources } from '../../local/scheduler/manifests.ts';
import { startScheduler } from '../../local/scheduler/scheduler.ts';
import { startClock } from '../../local/simulator/clock.ts';

const USERS = `
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata:
  name: users
spec:
  schedule: '*/15 * * * *'
  contentType: application/json
  data: '{"job":"collect","every":900}'
  sink:
    ref: { apiVersion: serving.knative.dev/v1, kind: Service, name: twittergraph }
`;
const OTHERS = `
apiVersion: v1
kind: ConfigMap
metadata: { name: users }
---
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: { name: bare, namespace: stats }
spec: { schedule: '@hourly' }
---
apiVersion: sources.knative.dev/v1
kind: PingSource
metadata: { name: binary }
spec:
  schedule: '0 30 6 * * *'
  timezone: Europe/Berlin
  dataBase64: aGVsbG8=
  ceOverrides: { extensions: { tenant: 7 } }
  sink: { uri: '/?plan' }
`;

test('every PingSource of a folder is read, whatever else the files hold', async (t) => {
  const folder = await writeManifests(t, { 'a.yaml': USERS, 'b.yml': OTHERS, 'c.txt': 'kind: PingSource' });
  await mkdir(join(folder, 'kafka'));
  await writeFile(join(folder, 'kafka', 'd.yaml'), USERS);
  const sources = await readPingSources(folder);
  assert.deepEqual(
    sources.map(({ schedule, data, ...rest }) => ({
      ...rest,
      cron: schedule.text,
      timezone: schedule.timezone,
      data: data?.toString(),
    })),
    [
      {
        ...{ name: 'users', namespace: 'default', cron: '*/15 * * * *', timezone: 'UTC', uri: undefined },
        ...{ contentType: 'application/json', data: '{"job":"collect","every":900}', extensions: {} },
      },
      {
        ...{ name: 'bare', namespace: 'stats', cron: '@hourly', timezone: 'UTC', uri: undefined },
        ...{ contentType: undefined, data: undefined, extensions: {} },
      },
      {
        ...{ name: 'binary', namespace: 'default', cron: '0 30 6 * * *', timezone: 'Europe/Berlin', uri: '/?plan' },
        ...{ contentType: undefined, data: 'hello', extensions: { tenant: '7' } },
      },
    ],
  );
});

for (const [problem, text, message] of [
  ['a bad schedule', USERS.replace('*/15 * * * *', '@every 5m'), /bad\.yaml: The schedule "@every 5m"/],
  ['no name', USERS.replace('name: users', 'labels: {}'), /bad\.yaml: A PingSource needs a metadata\.name/],
  ['bad YAML', 'kind: [', /bad\.yaml: /],
] as const) {
  test(`a file with ${problem} is named`, async (t) => {
    const folder = await writeManifests(t, { 'bad.yaml': text });
    await assert.rejects(readPingSources(folder), message);
  });
}

test('events go out at once and then on a schedule that runs faster, and do not wait for one another', async (t) => {
  const folder = await writeManifests(t, { 'a.yaml': USERS });
  const [source] = await readPingSources(folder);
  assert.ok(source);
  const { received, next, outcomes } = await runScheduler(t, source, 9000, 3);
  // The first is never answered, so the others can only have come beside it.
  assert.ok(received.length >= 3);
  assert.equal(outcomes.length, received.length - 1);
  for (const { realTime, time } of received) assert.ok(Math.abs(realTime - Date.parse(time)) < 2000, time);
  const gapsMs = received.slice(2).map(({ realTime }, index) => realTime - (received[index + 1]?.realTime ?? NaN));
  assert.ok(
    gapsMs.every((gapMs) => gapMs > 10 && gapMs < 1000),
    `100 ms apart, not ${gapsMs.join(', ')}`,
  );
  assert.deepEqual(
    next.map(({ name, cron }) => ({ name, cron })),
    [{ name: 'users', cron: '*/15 * * * *' }],
  );
  assert.ok(Math.abs(Date.parse(next[0]?.nextAt ?? '') - Date.now()) < 2000);
});

test('an event that is not due for long goes out at the start all the same', async (t) => {
  const folder = await writeManifests(t, { 'a.yaml': USERS.replace('*/15 * * * *', '@yearly') });
  const [source] = await readPingSources(folder);
  assert.ok(source);
  const { received } = await runScheduler(t, source, 1, 1, 204);
  assert.equal(received.length, 1);
});

interface Run {
  received: { realTime: number; time: string }[];
  next: { name: string; cron: string; nextAt: string }[];
  outcomes: unknown[];
}

/** Runs the source `speed` times faster until `enough` events are answered; the first is not, unless `first` says how. */
async function runScheduler(
  t: TestContext,
  source: PingSource,
  speed: number,
  enough: number,
  first?: number,
): Promise<Run> {
  const received: Run['received'] = [];
  const outcomes: unknown[] = [];
  const arrivals = new EventEmitter();
  const server = createServer((request, response) => {
    received.push({ realTime: Date.now(), time: String(request.headers['ce-time']) });
    if (received.length > 1 || first !== undefined) response.writeHead(first ?? 204).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const scheduler = startScheduler({
    sources: [source],
    sinkUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    clock: startClock(speed),
    onOutcome: (outcome) => {
      if (outcomes.push(outcome) === enough) arrivals.emit('enough');
    },
  });
  t.after(() => {
    scheduler.close();
    server.close();
    server.closeAllConnections();
  });
  await once(arrivals, 'enough');
  return { received, next: scheduler.upcoming(), outcomes };
}

async function writeManifests(t: TestContext, files: Record<string, string>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'pingsources-'));
  t.after(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}
