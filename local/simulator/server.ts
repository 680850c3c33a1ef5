import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isLocalRequest, refuseForeign } from '../runner/loopback.mjs';
import { type Endpoint, ENDPOINTS } from './endpoints.ts';
import { checkParameters } from './parameters.ts';
import { answerUnknownPath, InvalidRequest, refuseCredentials, refuseParameters } from './problems.ts';
import { refuseRate, refuseUserContext, type Reply } from './problems.ts';
import { countRequest, type RateState } from './rate-limit.ts';
import { type Simulation, startSimulation } from './simulation.ts';

export interface SimulatorOptions {
  /** 0 takes a free port. */
  readonly port: number;
  /** How many times faster than real time the accounts live. */
  readonly speed: number;
  readonly now?: () => Date;
  /** Accounts whose ids are known before they are first asked for by name. */
  readonly usernames?: readonly string[];
}

export interface Simulator {
  /** What to give the collector as `TWITTER_API_URL`: `http://127.0.0.1:PORT/2/`. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** Answers on 127.0.0.1 as X's API v2 does; rejects where the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const simulation = startSimulation(options.speed, options.now, options.usernames);
  const server = createServer((request, response) => {
    answerRequest(simulation, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/2/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}

function answerRequest(simulation: Simulation, request: IncomingMessage, response: ServerResponse): void {
  if (!isLocalRequest(request)) {
    refuseForeign(response);
    return;
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const endpoint = request.method === 'GET' ? ENDPOINTS.find(({ path }) => path.test(url.pathname)) : undefined;
  const { reply, rate } = decideReply(simulation, request, endpoint, url);
  const isPage = typeof reply.body === 'string';
  const body = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
  response.writeHead(reply.status, {
    Date: simulation.clock.now().toUTCString(),
    'Content-Type': isPage ? 'text/html;charset=utf-8' : 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    ...(rate && {
      'x-rate-limit-limit': rate.limit,
      'x-rate-limit-reset': rate.reset,
      'x-rate-limit-remaining': rate.remaining,
    }),
  });
  response.end(body);
}

function decideReply(
  simulation: Simulation,
  request: IncomingMessage,
  endpoint: Endpoint | undefined,
  url: URL,
): { reply: Reply; rate?: RateState } {
  if (endpoint === undefined) return { reply: answerUnknownPath() };
  const credential = /^(Bearer|OAuth) \S/.exec(request.headers.authorization ?? '')?.[1];
  if (credential === undefined) return { reply: refuseCredentials() };
  const limit = credential === 'Bearer' ? endpoint.appLimit : endpoint.userLimit;
  if (limit === 0) return { reply: refuseUserContext() };
  const nowMs = simulation.clock.now().getTime();
  const rate = countRequest(simulation.limits, `${credential} ${endpoint.name}`, limit, nowMs);
  return { reply: rate.exceeded ? refuseRate() : answerEndpoint(simulation, endpoint, url), rate };
}

function answerEndpoint(simulation: Simulation, endpoint: Endpoint, url: URL): Reply {
  try {
    checkParameters(url.searchParams, endpoint.parameters);
    return endpoint.answer(simulation, url.searchParams, readPathPart(endpoint, url));
  } catch (error) {
    if (error instanceof InvalidRequest) return refuseParameters(error.errors);
    throw error;
  }
}

function readPathPart(endpoint: Endpoint, url: URL): string {
  const part = endpoint.path.exec(url.pathname)?.[1] ?? '';
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
