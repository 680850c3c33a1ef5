import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from '../listen.ts';
import { isOwnHost } from '../own-host.ts';
import { type Asset, loadAssets } from './assets.ts';
import { type Influx, StoreProblem } from './influx.ts';
import { type PageAbout, type PageState, type RangeName, rangeNames } from './page-state.ts';
import { readPageData } from './state.ts';

export type { PageAbout } from './page-state.ts';

/** A running chart page. `refresh` makes every open browser read again. */
export type Page = { url: string; refresh(): void; close(): Promise<void> };
export type PageOptions = {
  /** 0 takes any free port. */
  port: number;
  influx: Influx;
  /** Asked at each request. */
  about: () => PageAbout;
};

type PageContext = { options: PageOptions; assets: Map<string, Asset>; listeners: Set<ServerResponse> };

/** Often enough that a browser notices a dead connection. */
const heartbeatMs = 15_000;

/**
 * Serves the chart page on 127.0.0.1: the page itself, `/api/state?range=…` with what it shows as JSON, and `/events`, a
 * stream of server-sent events that says when to read it again. Rejects when the port is taken.
 */
export async function startPage(options: PageOptions): Promise<Page> {
  const context: PageContext = { options, assets: await loadAssets(), listeners: new Set() };
  const server = createServer((request, response) => {
    answerRequest(context, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { error: error instanceof Error ? error.message : 'unknown error' });
    });
  });
  const port = await listen(server, options.port);
  const heartbeat = setInterval(() => {
    send(context, ': still here\n\n');
  }, heartbeatMs).unref();
  return {
    url: `http://127.0.0.1:${port}`,
    refresh: () => {
      send(context, 'event: refresh\ndata: {}\n\n');
    },
    close: async () => {
      clearInterval(heartbeat);
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
    },
  };
}

async function answerRequest(context: PageContext, request: IncomingMessage, response: ServerResponse): Promise<void> {
  setSecurityHeaders(response);
  if (!isOwnHost(request)) {
    sendJson(response, 403, { error: 'forbidden host' });
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    sendJson(response, 405, { error: 'method not allowed' });
    return;
  }
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  const asset = context.assets.get(url.pathname);
  if (asset !== undefined) {
    response.writeHead(200, { 'Content-Type': asset.type }).end(asset.body);
  } else if (url.pathname === '/api/state') {
    await answerState(context, response, url.searchParams.get('range'));
  } else if (url.pathname === '/events') {
    openEvents(context, response);
  } else sendJson(response, 404, { error: 'not found' });
}

async function answerState(context: PageContext, response: ServerResponse, name: string | null): Promise<void> {
  const range: RangeName | undefined = rangeNames.find((known) => known === (name ?? '1h'));
  if (range === undefined) {
    sendJson(response, 400, { error: `range is one of ${rangeNames.join(', ')}` });
    return;
  }
  const nowMs = Date.now();
  const state: PageState = { about: context.options.about(), nowMs };
  try {
    state.data = await readPageData(context.options.influx, range, nowMs);
  } catch (error) {
    if (!(error instanceof StoreProblem)) throw error;
    state.storeProblem = error.message;
  }
  sendJson(response, 200, state);
}

function openEvents(context: PageContext, response: ServerResponse): void {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' });
  response.write('retry: 2000\n\n');
  context.listeners.add(response);
  response.once('close', () => context.listeners.delete(response));
}

function send(context: PageContext, text: string): void {
  for (const listener of context.listeners) listener.write(text);
}

// The page needs nothing but itself; uPlot styles its elements by script, which needs no inline style.
function setSecurityHeaders(response: ServerResponse): void {
  const self = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'";
  response.setHeader('Content-Security-Policy', `${self}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`);
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Referrer-Policy', 'no-referrer');
  response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
  response.setHeader('Cache-Control', 'no-store');
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}
