/**
 * The rule of everything that listens on this machine: only programs and pages of this machine may ask. A page from
 * elsewhere reaches 127.0.0.1 too, through a name of its own that resolves to it (DNS rebinding) or by posting across
 * origins; both show in the headers. Plain JavaScript because Node loads it into the built function as it is.
 */

const LOCAL_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/** @param {import('node:http').IncomingMessage} request */
export function isLocalRequest(request) {
  const { host, origin } = request.headers;
  return LOCAL_HOST.test(host ?? '') && (origin === undefined || LOCAL_HOST.test(origin.replace(/^https?:\/\//, '')));
}

/** @param {import('node:http').ServerResponse} response */
export function refuseForeign(response) {
  response.writeHead(421, { 'Content-Type': 'text/plain', Connection: 'close' });
  response.end('This address answers only as localhost.\n');
}
