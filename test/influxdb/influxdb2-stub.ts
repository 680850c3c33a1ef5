import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

import type { Influxdb2 } from './influxdb2.ts';

interface Bucket {
  id: string;
  name: string;
  retentionRules: { everySeconds: number; shardGroupDurationSeconds?: number }[];
}

interface Authorization {
  id: string;
  token: string;
  status: string;
  permissions: { action: string; resource: { id: string } }[];
  password?: string;
}

/** All there is in a server: nothing before it is set up. */
interface State {
  setup: { username: string; password: string; token: string; org: string } | undefined;
  buckets: Bucket[];
  authorizations: Authorization[];
}

interface Asked {
  state: State;
  query: URLSearchParams;
  body: Record<string, unknown>;
  /** The path's segment that is an id. */
  id: string;
  basic: { username: string; password: string };
}

type Reply = [status: number, body?: unknown];

const orgID = '156b062e1ef8cabf';
const userID = '11b221e1cffda000';
const unauthorized: Reply = [401, { code: 'unauthorized', message: 'unauthorized access' }];
const withoutToken = ['GET /api/v2/setup', 'POST /api/v2/setup', 'POST /api/v2/signin', 'POST /query', 'POST /write'];

/** What answers like InfluxDB 2.9.1 to what the bootstrap and the tests ask of it. */
export async function startStub(): Promise<Influxdb2> {
  const state: State = { setup: undefined, buckets: [], authorizations: [] };
  const server = createServer((request, response) => {
    void replyTo(state, request).then(([status, body]) => {
      response.writeHead(status, { 'x-influxdb-version': 'v2.9.1', 'content-type': 'application/json' });
      response.end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const routes: Readonly<Record<string, (asked: Asked) => Reply>> = {
  'GET /api/v2/setup': ({ state }) => [200, { allowed: state.setup === undefined }],
  'POST /api/v2/setup': ({ state, body }) => {
    if (state.setup) return [422, { code: 'conflict', message: 'onboarding has already been completed' }];
    state.setup = body as NonNullable<State['setup']>;
    addBucket(state, String(body['bucket']), [{ everySeconds: Number(body['retentionPeriodSeconds']) }]);
    return [201, {}];
  },
  'POST /api/v2/signin': ({ state, basic }) =>
    basic.username === state.setup?.username && basic.password === state.setup.password ? [204] : unauthorized,
  'GET /api/v2/orgs': ({ state, query }) =>
    query.get('org') === state.setup?.org ? [200, { orgs: [{ id: orgID }] }] : [404, { code: 'not found' }],
  'GET /api/v2/users': ({ state, query }) =>
    query.get('name') === state.setup?.username ? [200, { users: [{ id: userID }] }] : [404, { code: 'not found' }],
  'POST /api/v2/users/:id/password': ({ state, body, id }) => {
    if (id !== userID || !state.setup) return [404, { code: 'not found' }];
    state.setup.password = String(body['password']);
    return [204];
  },
  'GET /api/v2/buckets': ({ state, query }) => [
    200,
    { buckets: state.buckets.filter(({ name }) => name === query.get('name')) },
  ],
  'POST /api/v2/buckets': ({ state, body }) => [
    201,
    addBucket(state, String(body['name']), body['retentionRules'] as Bucket['retentionRules']),
  ],
  'PATCH /api/v2/buckets/:id': ({ state, body, id }) => {
    const bucket = state.buckets.find((one) => one.id === id);
    if (!bucket) return [404, { code: 'not found' }];
    const rules = (body['retentionRules'] as Bucket['retentionRules'] | undefined) ?? bucket.retentionRules;
    const { everySeconds = 0, shardGroupDurationSeconds = 604_800 } = rules[0] ?? {};
    if (everySeconds > 0 && everySeconds < shardGroupDurationSeconds) {
      const message = 'shard-group duration must also be updated to be smaller than new retention duration';
      return [422, { code: 'unprocessable entity', message }];
    }
    Object.assign(bucket, { name: body['name'] ?? bucket.name, retentionRules: rules });
    return [200, bucket];
  },
  'GET /api/v2/dbrps': ({ state, query }) => [
    200,
    {
      content: state.buckets
        .filter(({ name }) => name === query.get('db'))
        .map(({ id }) => ({ bucketID: id, default: true, virtual: true })),
    },
  ],
  'GET /private/legacy/authorizations': ({ state }) => [
    200,
    { authorizations: state.authorizations.map((one) => ({ ...one, password: undefined })) },
  ],
  'POST /private/legacy/authorizations': ({ state, body }) => {
    const { token } = body as { token: string };
    if (state.authorizations.some((one) => one.token === token)) return [422, { code: 'conflict' }];
    const made = { status: 'active', ...body, id: newId() } as Authorization;
    state.authorizations.push(made);
    return [201, made];
  },
  'DELETE /private/legacy/authorizations/:id': ({ state, id }) => {
    state.authorizations = state.authorizations.filter((one) => one.id !== id);
    return [204];
  },
  'POST /private/legacy/authorizations/:id/password': ({ state, body, id }) => {
    const password = String(body['password']);
    const classes = [/[a-z]/, /[A-Z]/, /[0-9]/, /[!@#$%^&*()_+]/].filter((one) => one.test(password)).length;
    if (classes < 3) return [400, { code: 'invalid', message: 'passwords must contain at least three of …' }];
    const found = state.authorizations.find((one) => one.id === id);
    if (found) found.password = password;
    return found ? [204] : [404, { code: 'not found' }];
  },
  'POST /query': (asked) => [statusFor(asked, 'read'), { results: [{ statement_id: 0 }] }],
  'POST /write': (asked) => [statusFor(asked, 'write') === 200 ? 204 : statusFor(asked, 'write')],
};

/** By what a user of the 1.x interface may do. */
function statusFor({ state, basic }: Asked, action: string): number {
  const user = state.authorizations.find(({ token }) => token === basic.username);
  if (user?.password === undefined || user.password !== basic.password || user.status !== 'active') return 401;
  const bucket = state.buckets.find(({ name }) => name === 'twittergraph');
  return user.permissions.some((one) => one.action === action && one.resource.id === bucket?.id) ? 200 : 403;
}

async function replyTo(state: State, request: IncomingMessage): Promise<Reply> {
  const { pathname, searchParams } = new URL(request.url ?? '', 'http://stub');
  if (pathname === '/ping') return [204];
  const route = `${request.method ?? ''} ${pathname.replace(/[0-9a-f]{16}/, ':id')}`;
  const authorization = request.headers.authorization ?? '';
  if (!withoutToken.includes(route) && authorization !== `Token ${state.setup?.token ?? ''}`) return unauthorized;
  let text = '';
  for await (const chunk of request) text += String(chunk);
  const isJson = text !== '' && request.headers['content-type'] === 'application/json';
  const body = isJson ? (JSON.parse(text) as Record<string, unknown>) : {};
  const [username = '', password = ''] = Buffer.from(authorization.slice(6), 'base64').toString().split(/:(.*)/s);
  const [id = ''] = /[0-9a-f]{16}/.exec(pathname) ?? [];
  return routes[route]?.({ state, query: searchParams, body, id, basic: { username, password } }) ?? [404];
}

function addBucket(state: State, name: string, retentionRules: Bucket['retentionRules']): Bucket {
  const bucket = { id: newId(), name, retentionRules };
  state.buckets.push(bucket);
  return bucket;
}

function newId(): string {
  return randomBytes(8).toString('hex');
}
