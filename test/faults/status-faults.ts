import type { Fault } from './faults.ts';
import type { Play } from './exchange.ts';

/** As 1.6 to 1.13 and 2.9 say them. */
const errorsOfInfluxDb = [
  [400, '{"error":"unable to parse \'x\': missing fields"}'],
  [400, '{"error":"partial write: points beyond retention policy dropped=1"}'],
  [400, '{"code":"invalid","message":"unable to parse \'x\': missing fields"}'],
  [401, '{"error":"authorization failed"}'],
  [401, '{"error":"unable to parse authentication credentials"}'],
  [401, '{"code":"unauthorized","message":"Unauthorized"}'],
  [403, '{"error":"\"twittergraph\" user is not authorized to write to database"}'],
  [403, '{"code":"forbidden","message":"insufficient permissions for write"}'],
  [404, '{"error":"database not found: \"twittergraph\""}'],
  [404, '{"code":"not found","message":"no dbrp mapping found"}'],
  [413, '{"error":"Request Entity Too Large"}'],
  [500, '{"error":"timeout"}'],
  [500, '{"error":"retention policy not found: autogen"}'],
  [503, '{"code":"unavailable","message":"the server is starting"}'],
] as const;

/** Statuses with the bodies that each neighbour, or something on the way to it, sends with them. */
export const statusFaults: readonly Fault[] = [
  // An InfluxDB that says 204 to a write and keeps nothing cannot be told from one that does not lie.
  statusFault(204, '', {}, 'x'),
  { ...statusFault(204, '', {}, 'store'), phases: ['first call'] },
  ...[205, 301, 302, 303, 304, 307, 308].map((status) => statusFault(status, '', { location: 'http://127.0.0.1:9/' })),
  ...[401, 403, 404, 405, 408, 413, 425, 429, 500, 502, 503, 504].map((status) =>
    statusFault(status, '<html>no</html>'),
  ),
  statusFault(400, JSON.stringify({ errors: [null] }), {}, 'x'),
  statusFault(403, JSON.stringify({ errors: [null], title: 'Forbidden', type: 'about:blank' }), {}, 'x'),
  statusFault(409, JSON.stringify({ title: 5, detail: {}, errors: {} }), {}, 'x'),
  statusFault(400, '{"error":"partial write: field type conflict: input field \\"x\\" dropped=1"}', {}, 'store'),
  statusFault(
    422,
    '{"code":"unprocessable entity","message":"failure writing points to database: partial write"}',
    {},
    'store',
  ),
  ...errorsOfInfluxDb.map(([status, body]) => statusFault(status, body, {}, 'store')),
  statusFault(
    200,
    '{"results":[{"statement_id":0,"error":"max-concurrent-queries limit exceeded(5, 5)"}]}',
    {},
    'store',
  ),
  statusFault(200, '{"results":[{"statement_id":0,"error":"database not found: twittergraph"}]}', {}, 'store'),
];

function statusFault(status: number, body: string, headers = {}, of?: 'x' | 'store'): Fault {
  const type = { 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' };
  const play: Play = ({ response }) =>
    response.writeHead(status, { ...(body === '' ? {} : type), ...headers }).end(body);
  return {
    name: `answers ${status}${body === '' ? '' : ` ${body.slice(0, 40)}`}`,
    play,
    isFree: true,
    ...(of === undefined ? {} : { of }),
  };
}

/** Says the credentials back that it was sent. */
export function echo(type: string): Fault {
  const play: Play = ({ asked, response }) => {
    const said = `Bad header: ${asked.headers.authorization ?? ''}`;
    const body =
      type === 'text/plain'
        ? said
        : JSON.stringify({ title: said, detail: said, error: said, errors: [{ message: said }] });
    response.writeHead(400, { 'content-type': type }).end(body);
  };
  return { name: `echoes the credentials as ${type}`, play, isFree: true };
}
