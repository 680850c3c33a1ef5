import { subscribe } from 'node:diagnostics_channel';
import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { type Answer, writeAnswer } from './answer.ts';

/**
 * Refuses longer bodies with 413 and keeps idle connections open for `keepAliveMs`, at the process's HTTP server, which
 * the Functions Framework makes itself and hands out to nobody: Node announces each request, with its server, before
 * anyone reads it. The framework alone reads bodies of up to 1 GiB into memory and closes idle connections after 5 s,
 * while queue-proxy's pool expects to reuse them for longer: https://github.com/knative/serving/issues/12414
 */
export function limitServer({ maxBodyBytes, keepAliveMs }: { maxBodyBytes: number; keepAliveMs: number }): void {
  const known = new WeakSet<Server>();
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { server: Server };
    if (known.has(server)) return;
    known.add(server);
    server.keepAliveTimeout = keepAliveMs;
    const listeners = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request, response) => {
      const refusal = refusalOf(request.headers, maxBodyBytes);
      if (refusal !== undefined) {
        writeAnswer(response, refusal);
        request.resume();
        return;
      }
      limitUnannounced(request, response, maxBodyBytes);
      // The framework would refuse with pages of its own what is not JSON or says another charset.
      delete request.headers['content-type'];
      for (const listener of listeners) listener.call(server, request, response);
    });
  });
}

/** The refusal of a request by its headers. Compressed bodies are refused: a small one can unpack to anything. */
function refusalOf(headers: IncomingHttpHeaders, maxBodyBytes: number): Answer | undefined {
  if (Number(headers['content-length'] ?? 0) > maxBodyBytes) return tooLarge(maxBodyBytes);
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return undefined;
  return { status: 415, body: { error: 'compressed bodies are not read: send it plain' } };
}

function tooLarge(maxBodyBytes: number): Answer {
  return { status: 413, body: { error: `the body is larger than ${maxBodyBytes} bytes` } };
}

/** A body sent in chunks is counted on its way in; what is beyond the limit reaches nobody. */
function limitUnannounced(request: IncomingMessage, response: ServerResponse, maxBodyBytes: number): void {
  const push = request.push.bind(request);
  let bytes = 0;
  request.push = (chunk: Buffer | null, encoding) => {
    bytes += chunk?.length ?? 0;
    if (bytes <= maxBodyBytes) return push(chunk, encoding);
    response.shouldKeepAlive = false;
    if (!response.headersSent) writeAnswer(response, tooLarge(maxBodyBytes));
    if (chunk === null) request.destroy(); // the reader of the body must not wait for the rest
    return true;
  };
}
