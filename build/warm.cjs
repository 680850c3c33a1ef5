/**
 * Fills the code cache: runs the bundle through one event against stand-ins for X and InfluxDB, and writes down what V8
 * has compiled by then, which is what a cold start needs.
 */
const { writeFileSync } = require('node:fs');
const http = require('node:http');
const { join, resolve } = require('node:path');

const folder = resolve(process.argv.splice(2)[0]);
const counts = { followers_count: 1, following_count: 1, tweet_count: 1, listed_count: 1, like_count: 1 };
const user = JSON.stringify({ data: [{ id: '12', username: 'jack', public_metrics: counts }] });
const noRows = [0, 1, 2].map((id) => JSON.stringify({ results: [{ statement_id: id }] })).join('\n');

const neighbours = http.createServer((request, response) => {
  request.resume();
  if (request.url.startsWith('/write')) response.writeHead(204).end();
  else response.setHeader('content-type', 'application/json').end(request.url.startsWith('/query') ? noRows : user);
});

async function main() {
  const [neighboursPort, port] = [await listen(neighbours), await freePort()];
  const url = `http://127.0.0.1:${neighboursPort}`;
  Object.assign(process.env, {
    NODE_ENV: 'production',
    PORT: String(port),
    FUNCTION_TARGET: 'twittergraph',
    FUNCTION_SOURCE: join(folder, 'index.cjs'),
    CONFIG_DIR: join(folder, 'nothing'),
    LOG_LEVEL: 'error',
    TWITTER_USERS: 'jack',
    TWITTER_BEARER_TOKEN: 'none',
    TWITTER_API_URL: `${url}/2/`,
    INFLUXDB_URL: url,
    INFLUXDB_USERNAME: 'none',
    INFLUXDB_PASSWORD: 'none',
  });
  const { start, script } = require(join(folder, 'load.cjs'));
  start();
  const status = await postEvent(port);
  if (status !== 204) throw new Error(`the built function answered its first event with ${status}`);
  writeFileSync(join(folder, 'bundle.cache'), script.createCachedData());
  process.exit();
}

function listen(server) {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

async function freePort() {
  const server = http.createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function postEvent(port) {
  for (;;) {
    try {
      return await post(port);
    } catch (error) {
      if (error.code !== 'ECONNREFUSED') throw error;
    }
  }
}

function post(port) {
  const headers = {
    'content-type': 'application/json',
    'ce-id': '1',
    'ce-source': '/apis/v1/namespaces/default/pingsources/twittergraph-users',
    'ce-specversion': '1.0',
    'ce-time': new Date().toISOString(),
    'ce-type': 'dev.knative.sources.ping',
  };
  return new Promise((resolve, reject) => {
    const outgoing = http.request({ host: '127.0.0.1', port, method: 'POST', headers }, (answer) => {
      answer.resume().once('end', () => resolve(answer.statusCode));
    });
    outgoing.once('error', reject).end('{"job":"collect","collectors":["user"],"every":900}');
  });
}

void main();
