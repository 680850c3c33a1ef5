import type { IncomingMessage } from 'node:http';

/**
 * True where a request was meant for this loopback server. A page of another site whose name was made to resolve to
 * 127.0.0.1 (DNS rebinding) sends its own name in `Host`.
 */
export function isOwnHost(request: IncomingMessage): boolean {
  const port = request.socket.localPort ?? 0;
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => request.headers.host === `${name}:${port}`);
}
