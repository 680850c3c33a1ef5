/** The function's four packages put together in the straightest way: no ledger, no budget, no failures. */
import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { http } from '@google-cloud/functions-framework';
import { InfluxDB, Point } from '@influxdata/influxdb-client';
import { HTTP, type CloudEvent } from 'cloudevents';
import { TwitterApi, type UsersV2Result } from 'twitter-api-v2';

process.noDeprecation = true; // the InfluxDB client uses url.parse
const setting = (name: string): string => process.env[name] ?? '';
const names = readFileSync(setting('TWITTER_USERS_FILE'), 'utf8').split('\n');
const x = new TwitterApi(setting('TWITTER_BEARER_TOKEN'), { httpAgent: new Agent({ keepAlive: true }) });
const basic = Buffer.from(`${setting('INFLUXDB_USERNAME')}:${setting('INFLUXDB_PASSWORD')}`).toString('base64');
const influxdb = new InfluxDB({ url: setting('INFLUXDB_URL'), headers: { authorization: `Basic ${basic}` } });

http('bench', async (request, response) => {
  const event = HTTP.toEvent({ headers: request.headers, body: request.body as unknown }) as CloudEvent;
  const time = new Date(event.time ?? Date.now());
  const lines: (string | undefined)[] = [];
  for (let from = 0; from < names.length; from += 100) {
    const query = { usernames: names.slice(from, from + 100).join(), 'user.fields': 'public_metrics' };
    const { data } = await x.v2.get<UsersV2Result>('users/by', query, { prefix: setting('TWITTER_API_URL') });
    for (const { id, username, public_metrics: counts = {} } of data) {
      const point = new Point('bench_user').tag('user_id', id).tag('username', username).timestamp(time);
      for (const [name, count] of Object.entries(counts)) point.intField(name, count);
      lines.push(point.toLineProtocol());
    }
  }
  const options = { method: 'POST', headers: { 'content-type': 'text/plain' } };
  await influxdb.transport.request('/write?db=twittergraph', lines.join('\n'), options);
  response.status(204).end();
});
