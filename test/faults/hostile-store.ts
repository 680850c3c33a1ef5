import { hostileValues, withValueAt } from './hostile-values.ts';
import type { HostileCase } from './hostile-x.ts';

const paths = [
  '',
  'results',
  'results.*',
  'results.*.statement_id',
  'results.*.series',
  'results.*.series.*',
  'results.*.series.*.name',
  'results.*.series.*.columns',
  'results.*.series.*.columns.*',
  'results.*.series.*.tags',
  'results.*.series.*.tags.+',
  'results.*.series.*.values',
  'results.*.series.*.values.*',
  'results.*.series.*.values.*.0',
  'results.*.series.*.values.*.1',
  'results.*.series.*.values.*.2',
  'results.*.series.*.values.*.*',
  'results.*.partial',
  'results.*.error',
  'error',
];

/** Hostile data from InfluxDB: each value at each place of the answer to a query, and as the answer to a write. */
export function listHostileStore(): readonly HostileCase[] {
  const queries = paths.flatMap((path) =>
    hostileValues.map((value): HostileCase => ({
      name: `InfluxDB ${path} = ${value.slice(0, 40)}`,
      neighbour: 'store',
      play: async ({ asked, forward, response }) => {
        const { status, headers, body } = await forward();
        const isQuery = asked.path.startsWith('/query');
        const lines = body.toString().split('\n');
        const parts = lines.map((line) => (line === '' ? line : withValueAt(JSON.parse(line), path, value)));
        const text = isQuery ? parts.join('\n') : body;
        response.writeHead(status, { ...headers, 'content-length': String(Buffer.byteLength(text)) }).end(text);
      },
    })),
  );
  const writes = hostileValues.flatMap((value) =>
    [200, 400, 500].map((status): HostileCase => ({
      name: `InfluxDB ${status} to a write, ${value.slice(0, 40)}`,
      neighbour: 'store',
      play: async ({ asked, forward, response }) => {
        const answer = await forward();
        if (asked.path.startsWith('/query')) response.writeHead(answer.status, answer.headers).end(answer.body);
        else response.writeHead(status, { 'content-type': 'application/json' }).end(`{"error":${value}}`);
      },
    })),
  );
  return [...queries, ...writes];
}
