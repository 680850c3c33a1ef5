import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Influxd } from '../support/influxd.ts';
import { startFunction } from '../support/function-process.ts';
import { startProxyServer } from '../support/proxy-server.ts';
import { seedRandom } from '../week/posting.ts';
import { rowsOf } from '../week/rows.ts';
import type { Play } from './exchange.ts';
import { createMarker, formsOf, markersIn } from './marker-forms.ts';
import { countEach, type PartOptions, type PartResult } from './part.ts';
import { envOf, startNeighbours, type World } from './world.ts';

const worldNumber = 9000;
const tokens = [
  'TWITTER_BEARER_TOKEN',
  'TWITTER_API_KEY',
  'TWITTER_API_SECRET',
  'TWITTER_ACCESS_TOKEN',
  'TWITTER_ACCESS_SECRET',
];
const places = [
  'X text',
  'X title',
  'X detail',
  'X errors',
  'X account',
  'X header',
  'X redirect',
  'InfluxDB query',
  'InfluxDB text',
  'InfluxDB result',
  'InfluxDB write',
] as const;
type Place = (typeof places)[number];
/** What stands before it: so that whatever cuts a text off cuts through it. */
const offsets = [0, 130, 150, 190, 200, 285, 295, 800, 9990];
const cases = places.flatMap((place) =>
  [...tokens, 'INFLUXDB_PASSWORD', 'the Basic header', 'HTTP_PROXY'].flatMap((variable) =>
    Object.keys(formsOf('x'.repeat(40))).map((form) => ({ place, variable, form })),
  ),
);
/** How often a neighbour says a credential. */
export const markerCases = cases.length;

/** Has X and InfluxDB say every credential in every form at every place, or a sample, and looks for it wherever something can be read. */
export async function tryMarkers({ influxd, seed, count, onProgress }: PartOptions): Promise<PartResult> {
  const random = seedRandom(seed);
  const markers = [...tokens, 'INFLUXDB_PASSWORD', 'HTTP_PROXY'].map((variable) => createMarker(variable, 40));
  const secretOf = (name: string): string => markers.find(({ variable }) => variable === name)?.secret ?? '';
  await influxd.adminQuery(
    `CREATE USER "marked" WITH PASSWORD '${secretOf('INFLUXDB_PASSWORD')}'; GRANT ALL ON "${influxd.database}" TO "marked"`,
  );
  const basic = {
    variable: 'the Basic header',
    secret: Buffer.from(`marked:${secretOf('INFLUXDB_PASSWORD')}`).toString('base64'),
  };
  const all = [...markers, basic];
  const [neighbours, proxy] = [await startNeighbours(influxd, worldNumber), await startProxyServer()];
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-markers-'));
  const fn = await startFunction({
    ...envOf(neighbours),
    ...Object.fromEntries(markers.map(({ variable, secret }) => [variable, secret])),
    HTTP_PROXY: `http://user:${encodeURIComponent(secretOf('HTTP_PROXY'))}@127.0.0.1:${proxy.port}`,
    INFLUXDB_USERNAME: 'marked',
    TWITTER_OWNED_USERS: neighbours.x.accounts[0]?.username ?? '',
    LOG_LEVEL: 'debug',
    TMPDIR: folder,
    RUN_TIMEOUT_SECONDS: '1',
  });
  const world: World = { ...neighbours, fn, close: async () => (await fn.stop('SIGKILL'), neighbours.close()) };
  const statuses: number[] = [];
  const answers: string[] = [];
  const keyed = cases.map((each) => ({ ...each, key: random() })).sort((a, b) => a.key - b.key);
  try {
    for (const { place, variable, form } of keyed.slice(0, count)) {
      const secret = all.find((marker) => marker.variable === variable)?.secret ?? '';
      const offset = offsets[Math.floor(random() * offsets.length)] ?? 0;
      const said = `${'word '.repeat(offset / 5)}${formsOf(secret)[form] ?? ''} and more`;
      const { status, body } = await hear(world, place, said, random() < 0.5);
      statuses.push(status);
      answers.push(body);
      onProgress(statuses.length);
    }
    const answered = proxy.seen.length > 0 ? [] : ['the proxy was never used'];
    const seenInPlaces = Object.entries({
      ...(await readAll(influxd, world, folder)),
      'an answer': answers.join('\n'),
    });
    const problems = seenInPlaces.flatMap(([where, text]) =>
      markersIn(text, all).map((name) => `${where} holds ${name}`),
    );
    const wrong = Object.keys(countEach(statuses)).filter((status) => !['200', '204', '422', '503'].includes(status));
    const totals = {
      cases: statuses.length,
      statuses: countEach(statuses),
      out: problems.length,
      readBytes: seenInPlaces.reduce((sum, [, text]) => sum + text.length, 0),
    };
    return { totals, problems: [...problems, ...answered, ...wrong.map((status) => `status ${status}`)] };
  } finally {
    await world.close();
    await proxy.close();
    rmSync(folder, { recursive: true });
  }
}

/** One tick or request by hand in which a neighbour says this, and all that was answered. */
async function hear(
  world: World,
  place: Place,
  said: string,
  isEvent: boolean,
): Promise<{ status: number; body: string }> {
  const gate = place.startsWith('X') ? world.xGate : world.storeGate;
  gate.strike({
    play: playOf(place, said),
    matches: ({ path }) => place !== 'InfluxDB write' || path.startsWith('/write'),
    isOnce: false,
  });
  const data = { collectors: ['user', 'tweet'], probe: true };
  const time = { 'ce-time': new Date(world.nextTime()).toISOString() };
  const answer = isEvent ? await world.fn.postEvent(data, time) : await world.fn.post('/', data);
  const description = await fetch(world.fn.url);
  const headers = JSON.stringify([...answer.headers]);
  const body = `${await answer.text()}\n${headers}\n${await description.text()}`;
  gate.strike(undefined);
  return { status: answer.status, body };
}

function playOf(place: Place, said: string): Play {
  const json = { 'content-type': 'application/json' };
  const problem = { title: 'Not Found Error', detail: said, value: 'x', resource_type: said };
  const bodies: Readonly<Record<string, string>> = {
    'X text': said,
    'X title': JSON.stringify({ title: said }),
    'X detail': JSON.stringify({ title: 'no', detail: said }),
    'X errors': JSON.stringify({ errors: [{ message: said }] }),
    'X account': JSON.stringify({ errors: [problem, { ...problem, detail: `[${said}]` }] }),
    'InfluxDB text': said,
    'InfluxDB result': JSON.stringify({ results: [{ statement_id: 0, error: said }] }),
  };
  const status = place === 'X account' || place === 'InfluxDB result' ? 200 : 400;
  const type = place.endsWith('text') ? { 'content-type': 'text/plain' } : json;
  const inHeader = /^[\x20-\x7e]*$/.test(said) ? said : '';
  if (place === 'X header')
    return ({ response }) =>
      response.writeHead(429, { ...json, 'x-rate-limit-reset': inHeader, 'x-said': inHeader }).end('{}');
  if (place === 'X redirect')
    return ({ response }) => response.writeHead(302, { location: `http://127.0.0.1:9/${inHeader}` }).end();
  return ({ response }) =>
    response.writeHead(status, type).end(bodies[place] ?? JSON.stringify({ error: said, message: said }));
}

/** Everything that can be read afterwards: the log, every point, files, and the command line. */
async function readAll(influxd: Influxd, { fn }: World, folder: string): Promise<Readonly<Record<string, string>>> {
  const points = await rowsOf(influxd, 'SELECT * FROM /.*/');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((file) => file.isFile());
  return {
    'the log': fn.output(),
    'a point': JSON.stringify(points),
    'a file': files.map((file) => readFileSync(join(file.parentPath, file.name), 'utf8')).join('\n'),
    'the command line': readFileSync(`/proc/${fn.pid}/cmdline`, 'utf8'),
  };
}
