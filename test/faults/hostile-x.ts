import type { Answered, Play } from './exchange.ts';
import { hostileValues, withValueAt } from './hostile-values.ts';

/** One thing that is wrong with the data of a neighbour's answers. */
export interface HostileCase {
  readonly name: string;
  readonly neighbour: 'x' | 'store';
  readonly play: Play;
}

const bodyPaths = [
  '',
  'data',
  'data.*',
  'data.*.id',
  'data.*.username',
  'data.*.public_metrics',
  'data.*.public_metrics.+',
  'data.*.edit_history_tweet_ids',
  'data.*.edit_history_tweet_ids.*',
  'errors',
  'errors.*',
  'errors.*.+',
  'meta',
  'meta.+',
];
const problem = { title: 'Not Found Error', detail: 'no [x]', type: 'https://x/resource-not-found', value: 'x' };
const refusal = { ...problem, reset_date: '2026-12-01', errors: [{ message: 'no' }], reason: 'no' };
const refusalPaths = ['', 'title', 'detail', 'type', 'reset_date', 'errors', 'errors.*', 'errors.*.message'];
const refusalStatuses = [400, 401, 402, 403, 404, 409, 429, 500, 503];

const limitHeaders = ['x-rate-limit', 'x-app-limit-24hour', 'x-user-limit-24hour'];
const headerNames = [
  ...limitHeaders.flatMap((name) => ['limit', 'remaining', 'reset'].map((part) => `${name}-${part}`)),
  'date',
  'retry-after',
  'content-type',
  'content-encoding',
];
const headerValues = [
  '',
  '0',
  '-1',
  '1.5',
  '1e300',
  'abc',
  '99999999999999999999',
  '0x10',
  'Infinity',
  'x'.repeat(4000),
];
const dates = ['Thu, 01 Jan 1970 00:00:00 GMT', 'Fri, 31 Dec 9999 23:59:59 GMT', '+275760-09-13T00:00:00Z'];

/** Hostile data from X: each value at each place of an answer, of a refusal and of the headers of both, and sizes. */
export function listHostileX(): readonly HostileCase[] {
  const bodies = bodyPaths.flatMap((path) =>
    hostileValues.map((value) =>
      change(`body ${path}`, value, ({ body }) => {
        const answer = JSON.parse(body.toString()) as object;
        const withProblem = path.startsWith('errors') ? { ...answer, errors: [problem] } : answer;
        return { body: withValueAt(withProblem, path, value) };
      }),
    ),
  );
  const refusals = refusalPaths.flatMap((path, row) =>
    hostileValues.map((value, column) => {
      const status = refusalStatuses[(row + column) % refusalStatuses.length] ?? 400;
      return change(`${status} ${path}`, value, () => ({ status, body: withValueAt(refusal, path, value) }));
    }),
  );
  const headers = headerNames.flatMap((name) =>
    [...headerValues, ...dates].flatMap((value) =>
      [200, 429].map((status) =>
        change(`${status} header ${name}`, value, (answer) => withHeader(answer, name, value, status)),
      ),
    ),
  );
  return [...bodies, ...refusals, ...headers, ...sizes];
}

interface Changed {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

function change(what: string, value: string, of: (answer: Answered) => Changed): HostileCase {
  const play: Play = async ({ forward, response }) => {
    const answer = await forward();
    const { status = answer.status, headers = {}, body } = of(answer);
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    response.writeHead(status, { ...answer.headers, ...headers, ...length }).end(body);
  };
  return { name: `X ${what} = ${value.slice(0, 40)}`, neighbour: 'x', play };
}

/** All three of a window where one of them is hostile: of a part of it nothing would be made. */
function withHeader({ body }: Answered, name: string, value: string, status: number): Changed {
  const window = limitHeaders.find((prefix) => name.startsWith(prefix)) ?? 'x-rate-limit';
  const reset = String(Math.floor(Date.now() / 1000) + 1);
  const headers = { [`${window}-limit`]: '300', [`${window}-remaining`]: '0', [`${window}-reset`]: reset };
  return { status, headers: { ...headers, [name]: value }, body };
}

const sizes: readonly HostileCase[] = [
  change('100,000 errors', '', () => ({ body: JSON.stringify({ errors: Array(100_000).fill({ title: 'no' }) }) })),
  change('100,000 null errors', '', () => ({ body: JSON.stringify({ errors: Array(100_000).fill(null) }) })),
  change('foreign accounts', '', () => ({
    body: JSON.stringify({ data: [{ id: '5', username: 'somebody', public_metrics: { followers_count: 1 } }] }),
  })),
  change('one entry a thousand times', '', ({ body }) => {
    const { data = [] } = JSON.parse(body.toString()) as { data?: unknown[] };
    return { body: JSON.stringify({ data: Array(1000).fill(data[0] ?? {}) }) };
  }),
];
