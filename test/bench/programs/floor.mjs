// The floor: the least that Node can do for a tick. Look-ups at X, one write to InfluxDB, no framework, no checks.
// With PREFLIGHT it first asks InfluxDB for its ledger, as a function that must know what it has bought has to.
import { readFileSync } from 'node:fs';
import { Agent, createServer, request } from 'node:http';

const { PORT, PREFLIGHT, TWITTER_APP, TWITTER_USERS_FILE, TWITTER_API_URL, TWITTER_BEARER_TOKEN } = process.env;
const { INFLUXDB_URL, INFLUXDB_USERNAME, INFLUXDB_PASSWORD } = process.env;
const agent = new Agent({ keepAlive: true, maxSockets: 16 });
const authorization = `Basic ${Buffer.from(`${INFLUXDB_USERNAME}:${INFLUXDB_PASSWORD}`).toString('base64')}`;
const names = readFileSync(TWITTER_USERS_FILE, 'utf8').split('\n');
const batchesPerWrite = 100;
const ledger = `SELECT * FROM "twitter_ledger" WHERE "app" = '${TWITTER_APP}' AND time > now() - 1d`;

createServer(async (incoming, response) => {
  for await (const _chunk of incoming);
  const time = Math.floor(Date.parse(incoming.headers['ce-time']) / 1000) * 1000;
  if (PREFLIGHT) {
    const question = `${INFLUXDB_URL}/query?db=twittergraph&q=${encodeURIComponent(ledger)}`;
    JSON.parse(await ask(question, 'GET', { authorization }));
  }
  const batches = [];
  for (let from = 0; from < names.length; from += 100) batches.push(names.slice(from, from + 100));
  for (let from = 0; from < batches.length; from += batchesPerWrite) {
    const parts = await Promise.all(batches.slice(from, from + batchesPerWrite).map((batch) => readLines(batch, time)));
    const write = `${INFLUXDB_URL}/write?db=twittergraph&precision=ms`;
    await ask(write, 'POST', { authorization }, parts.join('\n'));
  }
  response.writeHead(204).end();
}).listen(Number(PORT), '127.0.0.1');

async function readLines(batch, time) {
  const url = `${TWITTER_API_URL}users/by?usernames=${batch.join()}&user.fields=public_metrics`;
  const { data } = JSON.parse(await ask(url, 'GET', { authorization: `Bearer ${TWITTER_BEARER_TOKEN}` }));
  const lines = data.map(({ id, username, public_metrics: counts }) => {
    const fields = Object.entries(counts).map(([name, count]) => `${name}=${count}i`);
    return `floor_user,user_id=${id},username=${username} ${fields.join()} ${time}`;
  });
  return lines.join('\n');
}

function ask(url, method, headers, body) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent }, async (answer) => {
      const chunks = [];
      for await (const chunk of answer) chunks.push(chunk);
      if (answer.statusCode >= 300) reject(new Error(`${answer.statusCode} from ${url}`));
      else resolve(Buffer.concat(chunks).toString());
    });
    outgoing.on('error', reject).end(body);
  });
}
