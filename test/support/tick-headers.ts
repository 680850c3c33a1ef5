import { randomUUID } from 'node:crypto';

/** The headers of a PingSource's event in binary mode, a new one at each call. */
export function tickHeaders(): Record<string, string> {
  return {
    'ce-id': randomUUID(),
    'ce-source': '/apis/v1/namespaces/default/pingsources/twittergraph-users',
    'ce-specversion': '1.0',
    'ce-time': new Date().toISOString(),
    'ce-type': 'dev.knative.sources.ping',
    'content-type': 'application/json',
  };
}
