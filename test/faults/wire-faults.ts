import { gzipSync } from 'node:zlib';
import type { Fault } from './faults.ts';
import type { Exchange } from './exchange.ts';
import { closePooled, cutChunked, dieAfterAnswer, drip, endless, respond, sayEarly, shiftDate } from './plays.ts';

const mebibyte = Buffer.alloc(1_048_576, ' ');
/** Unpacks to a hundred times its size. */
const bomb = gzipSync(Buffer.alloc(60_000_000, ' '));

/** X's clock counts: its day is the one that is billed. That of InfluxDB says nothing. */
const wrongClocks = [
  ['an hour ahead', 3_600_000],
  ['an hour behind', -3_600_000],
  ['a day ahead', 86_400_000],
  ['a day behind', -86_400_000],
].flatMap(([how, offsetMs]): Fault[] => {
  const play: Fault['play'] = (exchange) => shiftDate(exchange, Number(offsetMs));
  return [
    { name: `is ${how}`, play, of: 'x', reason: 'clock_skew' },
    { name: `is ${how}`, play, of: 'store' },
  ];
});

/** What is wrong with the connection or with a body. */
export const wireFaults: readonly Fault[] = [
  {
    name: 'refuses',
    play: (exchange: Exchange): void => {
      exchange.refuse();
    },
  },
  {
    name: 'starts slowly',
    play: (exchange: Exchange): void => {
      exchange.refuse(400);
    },
  },
  { name: 'hangs', play: () => undefined },
  { name: 'hangs after it has done its work', play: ({ forward }) => forward() },
  { name: 'drips', play: drip },
  { name: 'closes before an answer', play: ({ socket }) => socket.destroy() },
  {
    name: 'closes after it has done its work',
    play: async ({ forward, socket }) => (await forward(), socket.destroy()),
  },
  { name: 'dies after an answer', play: dieAfterAnswer },
  { name: 'closes a pooled connection', play: closePooled },
  { name: 'resets', play: ({ socket }) => socket.resetAndDestroy() },
  { name: 'cuts the body', play: (exchange: Exchange) => respond(exchange, (body) => body, 0.5) },
  { name: 'cuts a chunked body', play: cutChunked },
  {
    name: 'sends HTML',
    play: (exchange: Exchange) =>
      respond(exchange, () => Buffer.from('<html><body>Welcome</body></html>'), 1, { 'content-type': 'text/html' }),
  },
  { name: 'sends no JSON', play: (exchange: Exchange) => respond(exchange, (body) => body.fill('x', body.length / 2)) },
  { name: 'sends a JSON string', play: (exchange: Exchange) => respond(exchange, () => Buffer.from('"ok"')) },
  { name: 'sends null', play: (exchange: Exchange) => respond(exchange, () => Buffer.from('null')) },
  { name: 'sends an empty body', play: (exchange: Exchange) => respond(exchange, () => Buffer.alloc(0)) },
  { name: 'sends no HTTP', play: ({ socket }) => socket.end('SSH-2.0-OpenSSH_9.2\r\n') },
  {
    name: 'sends a huge header',
    play: ({ socket }) => socket.end(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}\r\n\r\n`),
  },
  {
    name: 'sends two lengths',
    play: ({ socket }) => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\n{}'),
  },
  {
    name: 'gzips what nobody asked to be gzipped',
    play: (exchange: Exchange) => respond(exchange, (body) => gzipSync(body), 1, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'sends gzip that is corrupt',
    play: (exchange: Exchange) =>
      respond(exchange, (body) => gzipSync(body).fill(7, 10, 24), 1, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'sends gzip that is cut',
    play: (exchange: Exchange) => respond(exchange, (body) => gzipSync(body), 0.5, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'sends a gzip bomb',
    play: (exchange: Exchange) => respond(exchange, () => bomb, 1, { 'content-encoding': 'gzip' }),
  },
  {
    name: 'sends gzip without end',
    play: (exchange: Exchange): void => {
      endless(exchange, bomb, { 'content-encoding': 'gzip' });
    },
  },
  {
    name: 'sends a body without end',
    play: (exchange: Exchange): void => {
      endless(exchange, mebibyte);
    },
  },
  {
    name: 'sends an error without end',
    play: (exchange: Exchange): void => {
      endless(exchange, mebibyte, {}, 500);
    },
  },
  ...wrongClocks,
  { name: 'says 100 and closes', play: ({ socket }) => socket.end('HTTP/1.1 100 Continue\r\n\r\n') },
  { name: 'says 103 and answers', play: sayEarly },
  {
    name: 'says 101',
    play: ({ socket }) => socket.end('HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
  },
];
