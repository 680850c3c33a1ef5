import { Agent as HttpAgent, type ClientRequest } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { ApiPartialResponseError, ApiRequestError, ApiResponseError, TwitterApi } from 'twitter-api-v2';
import type { XRequest } from '../collectors/collector.ts';
import type { XAccess } from '../config/credentials.ts';
import { errorCode } from '../config/settings.ts';
import type { Deadline } from '../deadline.ts';
import { type Reason, RunError } from '../failure.ts';
import { type AskX, maxAnswerBytes, type XReply } from '../x/answer.ts';

/** What became of a request on the wire. */
interface Exchange {
  /** Whether a connection was there to send it over: only then X can have seen it. */
  left: boolean;
  /** Whether the connection had served others before, and may have been closed in the meantime. */
  reused: boolean;
  isTooLarge: boolean;
  status?: number | undefined;
  /** The status with which a proxy refused the way to X. */
  proxyStatus?: number;
}

/** That of a request of which nothing is known: X may have seen it. */
const unknownExchange: Exchange = { left: true, reused: false, isTooLarge: false };
type Exchanges = WeakMap<object, Exchange>;

/**
 * The way to X. Connections are kept for the next request. A request that died on such a connection without any answer
 * is sent once more, since X may have closed it in the meantime; everything else is the sender's to repeat.
 */
export function connectX(access: XAccess): AskX {
  const exchanges: Exchanges = new WeakMap(); // by request, and by the headers of its answer
  const opening = openClients(access, exchanges);
  const ask = async (request: XRequest, client: TwitterApi, deadline: Deadline, isSecond = false): Promise<XReply> => {
    try {
      const { data, headers } = await send(client, access.url, request, deadline);
      const exchange = exchanges.get(headers) ?? unknownExchange;
      const { proxyStatus, isTooLarge, status = 0 } = exchange;
      if (proxyStatus === undefined && !isTooLarge) return { status, headers, body: data };
      throw toRunError(request, undefined, exchange, deadline);
    } catch (error) {
      const exchange = exchangeIn(exchanges, error);
      const isStale = exchange.reused && exchange.status === undefined && !deadline.signal.aborted;
      if (isStale && !isSecond) return ask(request, client, deadline, true);
      // Whatever became of the second request, nobody knows what became of the first.
      throw toRunError(request, error, { ...exchange, left: exchange.left || isSecond }, deadline);
    }
  };
  return async (request, credential, deadline) => {
    const client = (await opening)[credential];
    if (client === undefined) throw new Error('no credentials for X');
    return ask(request, client, deadline);
  };
}

/** A client for each credential: two sign-ins, each with an allowance of its own. */
async function openClients({ url, proxy, bearerToken, userContext }: XAccess, exchanges: Exchanges) {
  const httpAgent = await createAgent(new URL(url), proxy);
  followRequests(httpAgent, exchanges);
  // The library takes a signal no other way. With its compression on, a cut body never settles and a corrupt one ends the process.
  const onBeforeRequest = ({ params, requestOptions }: { params: object; requestOptions: object }): void => {
    const { signal } = params as { signal: AbortSignal };
    Object.assign(requestOptions, { signal, tunnelSignal: signal }); // Node keeps the first one from the agent
  };
  const settings = { httpAgent, compression: false, plugins: [{ onBeforeRequest }] };
  return {
    bearer: bearerToken === undefined ? undefined : new TwitterApi(bearerToken, settings),
    owner: userContext === undefined ? undefined : new TwitterApi({ ...userContext }, settings),
  };
}

/** What is needed for a proxy is loaded only where there is one: others need not wait for it. */
async function createAgent({ protocol }: URL, proxy: string | undefined): Promise<HttpAgent> {
  const options = { keepAlive: true, maxSockets: 16 };
  if (proxy !== undefined) return (await import('./proxy.ts')).createProxyAgent(proxy, protocol, options);
  return protocol === 'http:' ? new HttpAgent(options) : new HttpsAgent(options);
}

/** The library's own parsing throws at some bodies of X: it hands over the bytes. */
async function send(client: TwitterApi, prefix: string, { path, query }: XRequest, { signal }: Deadline) {
  const options = { fullResponse: true, prefix, forceParseMode: 'buffer', signal } as const;
  return client.v2.get<Buffer>(path, { ...query }, options).catch((error: unknown) => {
    if (error instanceof ApiResponseError) return { data: error.data as unknown as Buffer, headers: error.headers };
    throw error;
  });
}

/** By request alone, since an error has no answer: the library hands on neither its status nor how far it came. */
function exchangeIn(exchanges: Exchanges, error: unknown): Exchange {
  const isOfRequest = error instanceof ApiRequestError || error instanceof ApiPartialResponseError;
  return (isOfRequest ? exchanges.get(error.request) : undefined) ?? unknownExchange;
}

/** Whatever the library throws is an answer that did not come, or not whole. */
function toRunError({ path }: XRequest, error: unknown, exchange: Exchange, { signal }: Deadline): RunError {
  if (error instanceof RunError) return error;
  const { left, status, isTooLarge, proxyStatus } = exchange;
  if (proxyStatus !== undefined) {
    const detail = `the proxy answered ${proxyStatus} and let nothing through to X for GET ${path}: check HTTPS_PROXY and its password`;
    return new RunError({ reason: 'upstream_error', detail });
  }
  const facts = { status, mayCost: status === undefined ? left : status >= 200 && status < 300 };
  const failed = (reason: Reason, detail: string): RunError => new RunError({ reason, detail }, facts);
  if (signal.aborted) return failed('timeout', `X did not answer GET ${path} in time`);
  if (error instanceof ApiRequestError && status === undefined) {
    // The library keeps the cause where its own getter does not look.
    const cause = errorCode((error as unknown as { _options?: { error?: unknown } })._options?.error);
    const way = `${path} (${cause}): check TWITTER_API_URL, DNS, egress and any proxy`;
    return failed('upstream_error', `no connection to X for GET ${way}`);
  }
  const broken = isTooLarge ? `larger than ${maxAnswerBytes} bytes` : 'cut off or corrupt';
  return failed('bad_answer', `X's answer to GET ${path} is ${broken}`);
}

/** Follows every request of an agent. Node hands each one over before anything is done for it; its own announcement comes later. */
function followRequests(agent: HttpAgent, exchanges: Exchanges): void {
  const open = agent as unknown as { addRequest(request: ClientRequest, ...rest: unknown[]): void };
  const addRequest = open.addRequest.bind(agent);
  open.addRequest = (request, ...rest) => {
    const exchange = { ...unknownExchange, left: false };
    exchanges.set(request, exchange);
    watch(request, exchange);
    request.once('response', (response) => {
      exchange.status = response.statusCode;
      exchanges.set(response.headers, exchange);
      let bytes = 0; // the library reads a body to its end, however long it is
      response.on('data', (chunk: Buffer) => {
        exchange.isTooLarge = (bytes += chunk.length) > maxAnswerBytes;
        if (exchange.isTooLarge) response.destroy();
      });
    });
    addRequest(request, ...rest);
  };
}

function watch(request: ClientRequest, exchange: Exchange): void {
  request.once('socket', (socket) => {
    exchange.reused = request.reusedSocket;
    exchange.left = request.reusedSocket || !(socket.connecting || 'encrypted' in socket);
    if (!exchange.left) socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => (exchange.left = true));
  });
  request.once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
    if (statusCode !== 200) exchange.proxyStatus = statusCode;
  });
  request.once('information', () => (exchange.status = 100));
  request.once('upgrade', (_response, socket) => {
    exchange.status = 101;
    socket.destroy();
  });
}
