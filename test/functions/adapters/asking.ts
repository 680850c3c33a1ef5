import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TestContext } from 'node:test';

import { connectX } from '../../../functions/adapters/twitter.ts';
import type { XAccess } from '../../../functions/config/credentials.ts';
import type { Deadline } from '../../../functions/deadline.ts';
import type { AskX } from '../../../functions/x/answer.ts';
import { closeServer, type XReply, startXServer, type XServer } from '../../support/x-server.ts';
import { openDeadline } from '../fixtures.ts';

/** A look-up of two accounts. */
export const request = { path: 'users/by', query: { usernames: 'jack,jill', 'user.fields': 'public_metrics' } };
/** The credentials of an app's owner. */
export const userContext = {
  appKey: 'app-key',
  appSecret: 'app-secret-marker',
  accessToken: '12-access',
  accessSecret: 'access-secret-marker',
};

/** The way to the X at `url`, with a bearer token unless other credentials are given. */
export function wayTo(url: string, access: Partial<XAccess> = { bearerToken: 'bearer-marker' }): AskX {
  return connectX({ url, proxy: undefined, bearerToken: undefined, userContext: undefined, ...access });
}

/** A server of X that goes with the test, and the way to it. */
export async function asking(
  t: TestContext,
  reply: XServer['reply'] | XReply,
  access?: Partial<XAccess>,
): Promise<{ x: XServer; ask: AskX }> {
  const x = await startXServer(typeof reply === 'function' ? reply : () => reply);
  t.after(() => x.close());
  return { x, ask: wayTo(x.url, access) };
}

/** A server of X made by hand, which goes with the test, with the connections it got. */
export async function serving(t: TestContext, listener: RequestListener): Promise<{ ask: AskX; sockets: Socket[] }> {
  const sockets: Socket[] = [];
  const server = createServer(listener);
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => closeServer(server));
  return { ask: wayTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}/2/`), sockets };
}

/** A deadline that the test ends. */
export function abortingDeadline(): Deadline & { abort: () => void } {
  const controller = new AbortController();
  const abort = (): void => {
    controller.abort();
  };
  return { ...openDeadline(), signal: controller.signal, abort };
}
