import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';

/** What a server grants its clients. */
export interface ServerLimits {
  /** Longer bodies are refused with 413 and not kept in memory. */
  readonly mostBodyBytes: number;
  /** How long an idle connection stays open. */
  readonly keepAliveMs: number;
}

/**
 * Sets limits on the process's HTTP server, which the Functions Framework makes itself and hands out to nobody: Node
 * announces each request, with its server, before anyone reads it. Without this the framework reads bodies of up to
 * 1 GiB into memory and closes idle connections after 5 s, while queue-proxy's pool expects to reuse them for longer:
 * https://github.com/knative/serving/issues/12414
 */
export function limitServer(limits: ServerLimits): void {
  const known = new WeakSet<Server>();
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if (known.has(server)) return;
    known.add(server);
    server.keepAliveTimeout = limits.keepAliveMs;
    const listeners = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      if (refuse(request, response, limits)) return;
      limitUnannounced(request, response, limits);
      for (const listener of listeners) listener.call(server, request, response);
    });
  });
}

/** Whether the request was refused by its headers. Compressed bodies are: a small one can unpack to anything. */
function refuse(request: IncomingMessage, response: ServerResponse, { mostBodyBytes }: ServerLimits): boolean {
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) {
    answer(response, 413, `the body is larger than ${mostBodyBytes} bytes`);
  } else if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    answer(response, 415, 'compressed bodies are not read: send it plain');
  } else {
    return false;
  }
  request.resume();
  return true;
}

/** A body sent in chunks is counted on its way in; what is beyond the limit reaches nobody. */
function limitUnannounced(request: IncomingMessage, response: ServerResponse, { mostBodyBytes }: ServerLimits): void {
  const push = request.push.bind(request);
  let bytes = 0;
  request.push = (chunk: Buffer | null, encoding) => {
    bytes += chunk?.length ?? 0;
    if (bytes <= mostBodyBytes) return push(chunk, encoding);
    if (!response.headersSent) answer(response, 413, `the body is larger than ${mostBodyBytes} bytes`);
    if (chunk === null) request.destroy(); // whoever waits for the rest learns that it does not come
    return true;
  };
}

function answer(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' }).end(`${JSON.stringify({ error })}\n`);
}
