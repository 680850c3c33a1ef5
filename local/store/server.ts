import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { closeLpFile, type LpFile, openLpFile } from './lp-file.ts';
import { answerQuery } from './query-handler.ts';
import { listen } from '../listen.ts';
import { isOwnHost } from '../own-host.ts';
import { addPoint, type SeriesIndex } from './series.ts';
import { sendError, type StoreState } from './store-state.ts';
import { answerWrite } from './write-handler.ts';

/** A running store. `url` has no trailing slash; `path` is its history file. */
export type Store = { url: string; path: string; close(): Promise<void> };
export type StoreOptions = {
  /** 0 takes any free port. */
  port: number;
  /** Where the history file `<database>.lp` lives; created when missing. */
  folder: string;
  database: string;
  username: string;
  password: string;
  /** Largest body taken, compressed or not; default 25 MB, that of InfluxDB. */
  maxBodyBytes?: number;
  /** Told once at the start about what could not be read of the history; default stderr. */
  warn?: (message: string) => void;
};

/**
 * Starts a store on 127.0.0.1 that answers the function and the chart page as InfluxDB 1.x with authentication does: `/ping`,
 * `/write` and a part of InfluxQL on `/query`. It holds everything in memory and appends every accepted point to a file,
 * which it reads back at the next start. Rejects when the port is taken or the folder cannot be written.
 */
export async function startStore(options: StoreOptions): Promise<Store> {
  const index: SeriesIndex = new Map();
  const { file, reading } = await openLpFile(options.folder, options.database, (point) => addPoint(index, point));
  const warn = options.warn ?? console.warn;
  if (reading.setAside !== undefined) {
    warn(
      `The history in ${file.path} had times in milliseconds, which this store does not read: it is now ${reading.setAside}, and a new one begins.`,
    );
  }
  if (reading.badLines > 0) warn(`${file.path}: ${reading.badLines} lines are not line protocol and were left out`);
  if (reading.tornBytes > 0) warn(`${file.path}: the last line was cut short and moved to ${file.path}.torn`);
  const state: StoreState = {
    index,
    file,
    database: options.database,
    credentialHash: hash(`${options.username}:${options.password}`),
    maxBodyBytes: options.maxBodyBytes ?? 25_000_000,
  };
  const server = createServer((request, response) => {
    answerRequest(state, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendError(response, 500, error instanceof Error ? error.message : String(error));
    });
  });
  const port = await listen(server, options.port).catch(async (error: unknown) => {
    await closeLpFile(file);
    throw error;
  });
  return { url: `http://127.0.0.1:${port}`, path: file.path, close: () => close(server, file) };
}

async function answerRequest(state: StoreState, request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.setHeader('X-Influxdb-Version', '1.6.7-twittergraph-local');
  if (!isOwnHost(request)) {
    sendError(response, 403, 'forbidden host');
    return;
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const method = request.method ?? 'GET';
  const allowed = { '/ping': ['GET', 'HEAD'], '/write': ['POST'], '/query': ['GET', 'POST'] }[url.pathname];
  if (allowed === undefined) {
    sendError(response, 404, '404 page not found');
    return;
  }
  if (!allowed.includes(method)) {
    response.setHeader('Allow', allowed.join(', '));
    sendError(response, 405, 'Method Not Allowed');
    return;
  }
  if (url.pathname === '/ping') {
    response.writeHead(204).end();
    return;
  }
  const refusal = describeAuthRefusal(state, request, url);
  if (refusal !== undefined) {
    response.setHeader('WWW-Authenticate', 'Basic realm="InfluxDB"');
    sendError(response, 401, refusal);
    return;
  }
  await (url.pathname === '/write' ? answerWrite : answerQuery)(state, request, response, url.searchParams);
}

function describeAuthRefusal(state: StoreState, request: IncomingMessage, url: URL): string | undefined {
  const basic = /^Basic (\S+)$/.exec(request.headers.authorization ?? '')?.[1];
  const username = url.searchParams.get('u');
  const given =
    username === null
      ? basic && Buffer.from(basic, 'base64').toString()
      : `${username}:${url.searchParams.get('p') ?? ''}`;
  if (given === undefined) return 'unable to parse authentication credentials';
  return timingSafeEqual(hash(given), state.credentialHash) ? undefined : 'authorization failed';
}

// Comparing hashes compares equal lengths, which timingSafeEqual wants.
function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function close(server: Server, file: LpFile): Promise<void> {
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await closeLpFile(file);
}
