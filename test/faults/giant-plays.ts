import { gzipSync } from 'node:zlib';
import type { Asked, Play } from './exchange.ts';

export const mebibyte = 1_048_576;

/** The answer with descriptions in it that nobody asked for. */
export function padded(mebibytes: number, isZipped = false): Play {
  return async ({ forward, response }) => {
    const { headers, body } = await forward();
    const { data = [], ...rest } = JSON.parse(body.toString()) as { data?: object[] };
    const description = 'é, "\\'.repeat((mebibytes * mebibyte) / 9 / Math.max(1, data.length));
    const text = JSON.stringify({ ...rest, data: data.map((entry) => ({ ...entry, description })) });
    const bytes = isZipped ? gzipSync(text) : Buffer.from(text);
    const encoding = isZipped ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(200, { ...headers, ...encoding, 'content-length': String(bytes.length) }).end(bytes);
  };
}

/** All accounts in one page, whatever size was asked for. */
export const populous: Play = async ({ asked, forward, response }) => {
  const { status, headers, body } = await forward();
  const isPreflight = decodeURIComponent(asked.path).includes('GROUP BY "user_id"');
  const common = { name: 'a', columns: ['time'], values: [['2026-01-01T00:00:00Z']] };
  const series = Array.from({ length: 140_000 }, (_, id) =>
    JSON.stringify({ ...common, tags: { user_id: String(id), username: 'a' } }),
  );
  const part = `{"results":[{"statement_id":2,"series":[${series.join(',')}]}]}\n`;
  const text = isPreflight ? `${body.toString()}${part}` : body;
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(text)) }).end(text);
};

/** A request for posts of an account. */
export const isTimeline = ({ path }: Asked): boolean => path.includes('/tweets');

/** A timeline of 100,000 posts. */
export const crowded: Play = async ({ asked, forward, response }) => {
  const { status, headers, body } = await forward();
  const account = Number(/users\/(\d+)\/tweets/.exec(asked.path)?.[1]);
  const posts = Array.from({ length: 100_000 }, (_, post) => ({ id: String(account * 1_000_000 + post) }));
  const text = Number.isNaN(account) ? body : JSON.stringify({ data: posts, meta: { result_count: 5 } });
  response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(text)) }).end(text);
};

/** JSON that takes many times its length in memory. */
export function lists(mebibytes: number): Play {
  const body = `{"data":[${'[],'.repeat((mebibytes * mebibyte) / 3)}0]}`;
  return ({ response }) => response.writeHead(200, { 'content-type': 'application/json' }).end(body);
}

/** A refusal with a long detail full of escapes. */
export function refusing(mebibytes: number): Play {
  const body = JSON.stringify({ title: 'no', detail: '[%25&#x41;\\u0041'.repeat((mebibytes * mebibyte) / 17) });
  return ({ response }) => response.writeHead(401, { 'content-type': 'application/json' }).end(body);
}

/** What InfluxDB answers, made longer by spaces. */
export function spaced(mebibytes: number): Play {
  return async ({ asked, forward, response }) => {
    const { status, headers, body } = await forward();
    const spaces = Buffer.alloc(asked.path.startsWith('/query') ? mebibytes * mebibyte : 0, ' ');
    const length = { 'content-length': String(body.length + spaces.length) };
    response.writeHead(status, { ...headers, ...length }).end(Buffer.concat([spaces, body]));
  };
}
