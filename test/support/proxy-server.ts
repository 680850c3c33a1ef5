import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { closeServer } from './x-server.ts';

/** What a proxy does with a request for a tunnel. */
export type ProxyAnswer = 'tunnel' | 'hang' | 'cut' | number;

/** An HTTP proxy that counts what is asked of it. */
export interface ProxyServer {
  readonly port: number;
  /** The targets of its tunnels, and what they were asked for with. */
  readonly seen: { readonly target: string; readonly headers: IncomingMessage['headers'] }[];
  /** How many connections to it are open. */
  open(): number;
  /** May be replaced while it runs; a number is the status it answers with. */
  answer: ProxyAnswer;
  close(): Promise<void>;
}

/** Starts a proxy on loopback that opens tunnels to wherever it is asked, and does nothing else. */
export async function startProxyServer(): Promise<ProxyServer> {
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    proxy.seen.push({ target: request.url ?? '', headers: request.headers });
    response.writeHead(501).end();
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  server.on('connect', (request, socket: Socket) => {
    proxy.seen.push({ target: request.url ?? '', headers: request.headers });
    answerConnect(proxy.answer, request.url ?? '', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await closeServer(server);
  };
  const proxy: ProxyServer = { port, seen: [], open: () => sockets.size, answer: 'tunnel', close };
  return proxy;
}

function answerConnect(answer: ProxyAnswer, target: string, socket: Socket): void {
  if (answer === 'hang') {
    socket.resume().on('end', () => socket.destroy()); // to notice when the client has gone
    return;
  }
  if (typeof answer === 'number') {
    const echo = 'proxy says no';
    socket.end(`HTTP/1.1 ${answer} No\r\nContent-Type: text/plain\r\nContent-Length: ${echo.length}\r\n\r\n${echo}`);
    return;
  }
  if (answer === 'cut') {
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    socket.once('data', () => socket.destroy());
    return;
  }
  const [host = '', port = ''] = target.split(':');
  const upstream = connect(Number(port), host, () => {
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(upstream).pipe(socket);
  });
  upstream.on('error', () => socket.destroy());
  socket.on('close', () => upstream.destroy());
}
