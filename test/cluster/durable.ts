import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { renderFolder } from '../manifests/render.ts';
import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import type { Manifest } from '../support/yaml.ts';
import { type Cluster, getObject, patchObject, waitFor, waitUntilReady } from './cluster.ts';
import { findPoint } from './events.ts';
import {
  type DeadLetterProcess,
  environmentOf,
  type Neighbours,
  runsOf,
  startDeadLetter,
  toHost,
} from './neighbours.ts';

const overlay = 'knative/overlays/durable';
const recordType = 'twittergraph.record.v1';

/** What durable mode adds to the neighbours: the function with a broker, the recorder, and where dead letters are kept. */
export interface Durable {
  readonly fn: FunctionProcess;
  readonly recorder: FunctionProcess;
  readonly deadLetter: DeadLetterProcess;
  readonly keptFile: string;
  close(): Promise<void>;
}

/**
 * Applies the overlay over the Broker that is there, of whatever class, and starts the function with the K_SINK that the
 * SinkBinding has given its Service, reached at `ingress`: a host and a port of this machine.
 */
export async function startDurable(
  cluster: Cluster,
  neighbours: Neighbours,
  host: string,
  ingress: string,
): Promise<{ durable: Durable; seen: string }> {
  const objects = renderFolder(overlay).objects.filter((object) => !isOfBroker(object));
  const options = ['--server-side', '--force-conflicts', '--validate=strict', '-f', '-'];
  await cluster.kubectl(['apply', ...options], objects.map((object) => JSON.stringify(object)).join('\n'));
  await waitUntilReady(cluster, 'sinkbinding', 'twittergraph');
  const { K_SINK: sink = '', K_CE_OVERRIDES = '' } = await waitFor('K_SINK in the Service', 30, async () => {
    const given = environmentIn(await getObject(cluster, 'ksvc', 'twittergraph'));
    return given['K_SINK'] === undefined ? undefined : given;
  });
  const durable = await startProcesses(neighbours, host, {
    K_SINK: `http://${ingress}${new URL(sink).pathname}`,
    ...(K_CE_OVERRIDES && { K_CE_OVERRIDES }),
  });
  await pointTrigger(cluster, 'twittergraph', toHost(durable.fn.url, host), durable.deadLetter.url);
  await pointTrigger(cluster, 'twittergraph-record', toHost(durable.recorder.url, host), durable.deadLetter.url);
  const seen = `${objects.length} objects applied; the SinkBinding gave the Service K_SINK=${sink}`;
  return { durable, seen };
}

/** The next tick's points come as record events by the Broker, and the recorder writes them. */
export async function tryRecord({ influxd }: Neighbours, { fn, recorder }: Durable): Promise<string> {
  const run = await waitFor('a run that the broker took', 60, async () =>
    Promise.resolve(runsOf({ fn }).find(({ points, failures }) => points > 0 && failures.length === 0)),
  );
  const recorded = await waitFor('the recorder wrote that tick', 30, async () =>
    Promise.resolve(runsOf({ fn: recorder }).filter(({ job, time }) => job === 'record' && time === run.time)),
  );
  const point = await waitFor('its point in InfluxDB', 30, () => findPoint({ influxd }, Date.parse(run.time)));
  return `the tick of ${run.time} was ${recorded.length} record events or more, followers_count=${point.followers}i is stored`;
}

/** InfluxDB refuses what the recorder writes: the event ends whole in the dead letter, and its point is missing. */
export async function tryRecordDeadLetter({ influxd }: Neighbours, { keptFile }: Durable): Promise<string> {
  await influxd.adminQuery(`REVOKE ALL ON "${influxd.database}" FROM "recorder"`);
  const { id, time } = await waitFor('a record event with a profile in the dead letter', 60, async () =>
    (await readEvents(keptFile)).find(isOfProfiles),
  );
  if ((await findPoint({ influxd }, Date.parse(time))) !== undefined) throw new Error(`${time} is stored all the same`);
  return `${id} is kept, its point is not in InfluxDB`;
}

/** With the cause mended the kept events are sent again, and the point is there at its own time. */
export async function tryReplay({ influxd }: Neighbours, { recorder, keptFile }: Durable): Promise<string> {
  await influxd.adminQuery(`GRANT ALL ON "${influxd.database}" TO "recorder"`);
  const replay = async (...options: string[]): Promise<string> => {
    const argv = [
      '--import',
      'tsx',
      'tools/replay/index.ts',
      '--json',
      '--to',
      `${recorder.url}/`,
      ...options,
      keptFile,
    ];
    return (await promisify(execFile)(process.execPath, argv)).stdout.trim();
  };
  const [dry, real] = [await replay('--dry-run'), await replay()];
  const time = (await readEvents(keptFile)).find(isOfProfiles)?.time ?? '';
  const point = await findPoint({ influxd }, Date.parse(time));
  if (point === undefined) throw new Error(`InfluxDB still has no point at ${time} after ${real}`);
  return `dry run ${dry}; replay ${real}; the point of ${time} is stored`;
}

async function startProcesses(neighbours: Neighbours, host: string, sink: Record<string, string>): Promise<Durable> {
  const { influxd } = neighbours;
  const own = { username: 'recorder', password: 'of-this-test' };
  await influxd.adminQuery(`CREATE USER "${own.username}" WITH PASSWORD '${own.password}'`);
  await influxd.adminQuery(`GRANT ALL ON "${influxd.database}" TO "${own.username}"`);
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-dead-letters-'));
  const keptFile = join(folder, 'dead-letters.jsonl');
  const deadLetter = await startDeadLetter(host, keptFile);
  const env = environmentOf(neighbours);
  const fn = await startFunction({ ...env, ...sink, JOBS: 'collect,summarize,reconcile' });
  const recorder = await startFunction({
    JOBS: 'record',
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: own.username,
    INFLUXDB_PASSWORD: own.password,
  });
  const close = async (): Promise<void> => {
    await Promise.all([fn.stop(), recorder.stop(), deadLetter.stop()]);
    await rm(folder, { recursive: true });
  };
  return { fn, recorder, deadLetter, keptFile, close };
}

/** What the overlay for a broker has brought already. */
function isOfBroker({ kind, metadata }: Manifest): boolean {
  return ['Broker', 'PingSource'].includes(kind) || (kind === 'Trigger' && metadata.name === 'twittergraph');
}

function environmentIn(service: Manifest): Readonly<Record<string, string | undefined>> {
  const { template } = service['spec'] as {
    template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } };
  };
  return Object.fromEntries((template.spec.containers[0]?.env ?? []).map(({ name, value }) => [name, value]));
}

/** The manifests retry for hours: here nobody has the time. */
async function pointTrigger(cluster: Cluster, name: string, uri: string, deadLetterUri: string): Promise<void> {
  const delivery = {
    retry: 2,
    backoffDelay: 'PT1S',
    timeout: 'PT10S',
    deadLetterSink: { ref: null, uri: deadLetterUri },
  };
  await patchObject(cluster, ['trigger', name], { spec: { subscriber: { ref: null, uri }, delivery } });
  await waitUntilReady(cluster, 'trigger', name);
}

interface KeptEvent {
  readonly id: string;
  readonly type: string;
  readonly time: string;
  readonly data: { points?: { measurement: string }[] };
}

async function readEvents(file: string): Promise<KeptEvent[]> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const lines = text.split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as KeptEvent);
}

function isOfProfiles({ type, data }: KeptEvent): boolean {
  return type === recordType && data.points?.some(({ measurement }) => measurement === 'twitter_user') === true;
}
