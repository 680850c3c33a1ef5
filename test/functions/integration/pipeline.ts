import type { TestContext } from 'node:test';
import { type FunctionProcess, startFunction } from '../../support/function-process.ts';
import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { profile, startXServer, type XReply, type XServer } from '../../support/x-server.ts';

/** The built function between a mocked X and a real InfluxDB. */
export interface Pipeline {
  readonly x: XServer;
  readonly influxd: Influxd;
  readonly env: Readonly<Record<string, string>>;
  readonly fn: FunctionProcess;
}

/** Stands for every secret the function is given: it must come out nowhere. */
export const markerToken = 'AAAAmarker-of-the-bearer-token';

/** Starts all three for one test and closes them after it. `env` adds to the function's environment. */
export async function startPipeline(
  t: TestContext,
  { users = 'jack', env = {} }: { users?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<Pipeline> {
  const influxd = await startInfluxd();
  t.after(() => influxd.close());
  const x = await startXServer(answerEveryone);
  t.after(() => x.close());
  const all = {
    TWITTER_USERS: users,
    TWITTER_BEARER_TOKEN: markerToken,
    TWITTER_API_URL: x.url,
    INFLUXDB_URL: influxd.url,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
    ...env,
  };
  const fn = await startFunction(all);
  t.after(() => fn.stop());
  return { x, influxd, env: all, fn };
}

/** Every name asked for exists; its id comes from its letters. */
export function answerEveryone({ query }: { query: URLSearchParams }): XReply {
  const names = (query.get('usernames') ?? '').split(',');
  const data = names.map((name) => profile(String(1000 + Number.parseInt(name.slice(-4), 36)), name));
  return { status: 200, headers: rateLimit(299), body: { data } };
}

/** X's rate-limit headers; the window ends `seconds` from now. */
export function rateLimit(remaining: number, seconds = 600): Record<string, string> {
  const reset = String(Math.floor(Date.now() / 1000) + seconds);
  return { 'x-rate-limit-limit': '300', 'x-rate-limit-remaining': String(remaining), 'x-rate-limit-reset': reset };
}

/** The rows of a measurement as objects, tags and fields together, `time` in RFC 3339. */
export async function readPoints(influxd: Influxd, measurement: string): Promise<Record<string, unknown>[]> {
  const answer = (await influxd.query(`SELECT * FROM "${measurement}"`)) as {
    results: { series?: { columns: string[]; values: unknown[][] }[] }[];
  };
  const series = answer.results[0]?.series?.[0];
  return (series?.values ?? []).map((row) =>
    Object.fromEntries((series?.columns ?? []).map((column, index) => [column, row[index]])),
  );
}
