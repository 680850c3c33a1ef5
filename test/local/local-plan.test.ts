import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import type { Environment } from '../../functions/config/settings.ts';
import { type Options, parseOptions } from '../../local/runner/options.ts';
import { openOutput, type Screen } from '../../local/runner/output.ts';
import { type Plan, planRun } from '../../local/runner/plan.ts';

const SECRETS = { TWITTER_BEARER_TOKEN: 'real-token', INFLUXDB_PASSWORD: 'real-password' };
const REAL_X = { TWITTER_BEARER_TOKEN: SECRETS.TWITTER_BEARER_TOKEN, TWITTER_USERS: 'jack' };
const REAL_STORE = {
  INFLUXDB_URL: 'http://influx.example:8086',
  INFLUXDB_USERNAME: 'me',
  INFLUXDB_PASSWORD: SECRETS.INFLUXDB_PASSWORD,
};

test('without anything X is simulated and the store embedded', async () => {
  const { simulated, embedded, speed, config, ports } = await plan({});
  assert.deepEqual({ simulated, embedded, speed }, { simulated: true, embedded: true, speed: 60 });
  assert.equal(config.x.url, `http://127.0.0.1:${ports.simulator}/2/`);
  assert.equal(config.store.url, `http://127.0.0.1:${ports.store}`);
  assert.equal(config.accounts.length, 6);
});

test('X credentials ask the real X in real time', async () => {
  const { simulated, embedded, speed, config } = await plan(REAL_X);
  assert.deepEqual({ simulated, embedded, speed }, { simulated: false, embedded: true, speed: 1 });
  assert.equal(config.x.url, 'https://api.x.com/2/');
  assert.equal(config.dailyBudget, 1_000_000);
});

test('INFLUXDB_URL writes to the real InfluxDB', async () => {
  const { simulated, embedded, config } = await plan({ ...REAL_STORE, TWITTER_USERS: 'jack' });
  assert.deepEqual({ simulated, embedded }, { simulated: true, embedded: false });
  assert.equal(config.store.url, REAL_STORE.INFLUXDB_URL);
  assert.deepEqual(
    config.accounts.map(({ key }) => key),
    ['jack'],
  );
});

test('what is embedded gets a password of its own, and nothing is sent to a broker', async () => {
  const { env } = await plan({
    INFLUXDB_PASSWORD: SECRETS.INFLUXDB_PASSWORD,
    INFLUXDB_TOKEN: 't',
    K_SINK: 'http://broker',
  });
  assert.notEqual(env['INFLUXDB_PASSWORD'], SECRETS.INFLUXDB_PASSWORD);
  assert.deepEqual([env['INFLUXDB_TOKEN'], env['K_SINK']], [undefined, undefined]);
});

test('a proxy is on the way to the real X alone', async () => {
  const proxies = { HTTP_PROXY: 'http://proxy:3128', HTTPS_PROXY: 'http://proxy:3129', NO_PROXY: 'elsewhere' };
  assert.equal((await plan(proxies)).config.x.proxy, undefined);
  assert.equal((await plan({ ...proxies, ...REAL_X })).config.x.proxy, 'http://proxy:3129/');
});

test('a taken port is replaced, and said so', async () => {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const { ports, moved } = await plan({}, ['--port', String(port)]);
  server.close();
  assert.notEqual(ports.page, port);
  assert.deepEqual(moved, [{ what: 'page', wanted: port, port: ports.page }]);
});

for (const args of [['--port', '65536'], ['--store-port', '-1'], ['--data'], ['surplus']]) {
  test(`the arguments ${args.join(' ')} are refused`, () => {
    assert.throws(() => parseOptions(args));
  });
}

const ENTRY =
  '{"time":"2026-11-23T04:08:49Z","level":"warn","message":"run","points":4,"failures":[{}],"cost":{"a":1}}';

test('a pipe gets the log as it is, a terminal one short line', () => {
  assert.equal(show({}, ENTRY), `${ENTRY}\n`);
  assert.match(show({ isTTY: true }, ENTRY), /^\d\d:\d\d:\d\d {2}run points=4 failures=1\n$/);
  assert.ok(show({ isTTY: true, columns: 40 }, JSON.stringify({ message: 'x'.repeat(99) })).length <= 41);
});

test('only a terminal that has colours gets them', () => {
  const colourful = { isTTY: true, hasColors: () => true };
  assert.ok(show(colourful, ENTRY).includes('\u001b['));
  assert.ok(!show({ isTTY: true, hasColors: () => false }, ENTRY).includes('\u001b['));
  assert.ok(!show({ hasColors: () => true }, ENTRY).includes('\u001b['));
});

test('a warning is read at once, in a terminal as a sentence and in JSON as a line of its own', () => {
  const write = (text: string): void => void (shown += text);
  let shown = '';
  openOutput({ write }, false).warning('The history went elsewhere.');
  openOutput({ write }, true).warning('The history went elsewhere.');
  assert.equal(shown, 'The history went elsewhere.\n{"event":"warning","message":"The history went elsewhere."}\n');
});

function plan(env: Environment, args: string[] = []): Promise<Plan> {
  const free = ['--port', '0', '--function-port', '0', '--store-port', '0'];
  const options: Options = parseOptions([...free, ...args]);
  return planRun({ CONFIG_DIR: import.meta.dirname, ...env }, options);
}

/** What one line of the function looks like on this screen once everything has started. */
function show(screen: Omit<Screen, 'write'>, line: string): string {
  let shown = '';
  const output = openOutput({ ...screen, write: (text) => (shown += text) }, false);
  output.started({}, '');
  shown = '';
  output.functionLine('stdout', line);
  return shown;
}
