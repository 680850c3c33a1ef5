import type { Fault } from './faults.ts';
import type { Play } from './exchange.ts';

/** Statuses with the bodies that each neighbour, or something on the way to it, sends with them. */
export const statusFaults: readonly Fault[] = [
  // An InfluxDB that says 204 to a write and keeps nothing cannot be told from one that does not lie.
  statusFault(204, '', {}, 'x'),
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
  statusFault(500, '{"error":"timeout"}', {}, 'store'),
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
