// The floor: the least that Node can do for a tick. One look-up at X, one write to InfluxDB, no framework, no checks.
import { Agent, createServer, request } from 'node:http';

const { PORT, TWITTER_API_URL, INFLUXDB_URL, INFLUXDB_USERNAME, INFLUXDB_PASSWORD, TWITTER_BEARER_TOKEN } = process.env;
const agent = new Agent({ keepAlive: true });
const basic = Buffer.from(`${INFLUXDB_USERNAME}:${INFLUXDB_PASSWORD}`).toString('base64');

createServer(async (incoming, response) => {
  if (incoming.method === 'GET') {
    response.end('ok');
    return;
  }
  for await (const _chunk of incoming);
  const time = Math.floor(Date.parse(incoming.headers['ce-time']) / 1000) * 1000;
  const url = `${TWITTER_API_URL}users/by?usernames=jack&user.fields=public_metrics`;
  const { data } = JSON.parse(await ask(url, 'GET', { authorization: `Bearer ${TWITTER_BEARER_TOKEN}` }));
  const lines = data.map(({ id, username, public_metrics: counts }) => {
    const fields = Object.entries(counts).map(([name, count]) => `${name}=${count}i`);
    return `floor_user,user_id=${id},username=${username} ${fields.join()} ${time}`;
  });
  const write = `${INFLUXDB_URL}/write?db=twittergraph&precision=ms`;
  await ask(write, 'POST', { authorization: `Basic ${basic}` }, lines.join('\n'));
  response.writeHead(204).end();
}).listen(Number(PORT), '127.0.0.1');

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
