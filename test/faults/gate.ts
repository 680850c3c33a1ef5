import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as send,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { gunzipSync } from 'node:zlib';
import type { Answered, Asked, Strike } from './exchange.ts';

/** A way to a neighbour on which faults can happen. */
export interface Gate {
  readonly port: number;
  readonly seen: Asked[];
  /** How many requests were spoilt since the strike began. */
  struck(): number;
  strike(strike: Strike | undefined): void;
  close(): Promise<void>;
}

interface State {
  readonly server: Server;
  readonly sockets: Map<Socket, number>;
  readonly upstream: URL;
  readonly agent: Agent;
  strike: Strike | undefined;
  struck: number;
  isClosed: boolean;
}

/** Opens a gate before the neighbour at `upstream`, an address such as `http://127.0.0.1:8086`. */
export async function openGate(upstream: string): Promise<Gate> {
  const seen: Asked[] = [];
  const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    handle(state, seen, request, response).catch(() => response.socket?.destroy());
  });
  const sockets = new Map<Socket, number>();
  const agent = new Agent({ keepAlive: true });
  const state: State = {
    server,
    sockets,
    upstream: new URL(upstream),
    agent,
    strike: undefined,
    struck: 0,
    isClosed: false,
  };
  server.on('connection', (socket) => {
    sockets.set(socket, 0);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    seen,
    struck: () => state.struck,
    strike(strike) {
      Object.assign(state, { strike, struck: 0 });
      if (!server.listening) server.listen(port, '127.0.0.1');
    },
    async close() {
      state.isClosed = true;
      agent.destroy();
      endAll(state);
      if (!server.listening) return;
      server.close();
      await once(server, 'close');
    },
  };
}

async function handle(state: State, seen: Asked[], request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { socket } = request;
  const served = state.sockets.get(socket) ?? 0;
  state.sockets.set(socket, served + 1);
  const bytes = await readBytes(request);
  const body = (request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString('utf8');
  const asked = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body };
  seen.push(asked);
  const forward = (): Promise<Answered> => ask(state, asked, bytes);
  const { strike } = state;
  const goesOn = state.struck > 0 && strike?.isOnce === false;
  if (strike !== undefined && (goesOn || (state.struck === 0 && strike.matches(asked, seen.length)))) {
    state.struck += 1;
    const refuse = (durationMs?: number): void => {
      refuseFor(state, durationMs);
    };
    await strike.play({ asked, response, socket, isReused: served > 0, forward, refuse });
    return;
  }
  const { status, headers, body: answer } = await forward();
  response.writeHead(status, headers).end(answer);
}

function ask({ upstream, agent }: State, { method, path, headers }: Asked, bytes: Buffer): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const { hostname: host, port } = upstream;
    const asking = send({ host, port, method, path, headers, agent }, (answer) => {
      readBytes(answer).then((body) => {
        const kept = without(answer.headers, ['transfer-encoding', 'connection']);
        resolve({ status: answer.statusCode ?? 0, headers: { ...kept, 'content-length': String(body.length) }, body });
      }, reject);
    });
    asking.on('error', reject).end(bytes);
  });
}

/** Headers without some of them. */
export function without<T extends object>(headers: T, names: readonly string[]): Partial<T> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !names.includes(name))) as Partial<T>;
}

async function readBytes(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function refuseFor(state: State, durationMs: number | undefined): void {
  const { port } = state.server.address() as AddressInfo;
  state.server.close();
  endAll(state);
  if (durationMs === undefined) return;
  setTimeout(() => {
    if (!state.isClosed && !state.server.listening) state.server.listen(port, '127.0.0.1');
  }, durationMs);
}

function endAll({ sockets }: State): void {
  for (const socket of sockets.keys()) socket.destroy();
}
