import type { Exchange } from './exchange.ts';

export const json = { 'content-type': 'application/json; charset=utf-8' };

/** The neighbour's answer with its body changed, and no more than a part of it sent. */
export async function respond(
  exchange: Exchange,
  change: (body: Buffer) => Buffer,
  part = 1,
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const answer = await exchange.forward();
  const body = change(answer.body);
  const status = answer.status === 204 && body.length > 0 ? 200 : answer.status;
  const { response } = exchange;
  response.writeHead(status, { ...answer.headers, ...headers, 'content-length': String(body.length) });
  if (part === 1) response.end(body);
  else response.write(body.subarray(0, Math.max(1, body.length * part)), () => exchange.socket.destroy());
}

/** Half of the answer in chunks, and no end. */
export async function cutChunked({ forward, response, socket }: Exchange): Promise<void> {
  const { body } = await forward();
  response.writeHead(200, json);
  response.write(body.subarray(0, Math.max(1, body.length / 2)), () => socket.destroy());
}

/** A space every now and then, and never an answer. */
export function drip({ response, forward }: Exchange): void {
  forward().catch(() => undefined); // the neighbour may be gone before it is done
  response.writeHead(200, json);
  const timer = setInterval(() => response.write(' '), 30);
  response.on('close', () => {
    clearInterval(timer);
  });
}

/** Closes a connection that has served before. */
export async function closePooled({ isReused, socket, forward, response }: Exchange): Promise<void> {
  if (isReused) {
    socket.destroy();
    return;
  }
  const { status, headers, body } = await forward();
  response.writeHead(status, headers).end(body);
}

/** The answer, and then no more connections. */
export async function dieAfterAnswer({ forward, response, refuse }: Exchange): Promise<void> {
  const { status, headers, body } = await forward();
  response.writeHead(status, headers).end(body, () => {
    refuse();
  });
}

/** As fast as it is taken, as long as somebody takes it. */
export function endless(
  { response, forward }: Exchange,
  chunk: Buffer,
  headers: Readonly<Record<string, string>> = {},
  status = 200,
): void {
  if (status === 200) forward().catch(() => undefined); // what X refuses it does not charge for
  response.writeHead(status, { ...json, ...headers });
  const write = (): void => {
    while (!response.destroyed && response.write(chunk));
    if (!response.destroyed) response.once('drain', write);
  };
  write();
}

/** The answer under another date. */
export async function shiftDate({ forward, response }: Exchange, offsetMs: number): Promise<void> {
  const { status, headers, body } = await forward();
  response.sendDate = false;
  response.writeHead(status, { ...headers, date: new Date(Date.now() + offsetMs).toUTCString() }).end(body);
}

/** An answer of another kind before the right one. */
export async function sayEarly({ forward, response, socket }: Exchange): Promise<void> {
  socket.write('HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n');
  const { status, headers, body } = await forward();
  response.writeHead(status, headers).end(body);
}
