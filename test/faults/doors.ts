import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { createCertificate } from '../support/certificate.ts';
import { type Hosts, openHosts } from './hosts.ts';

/** What can be wrong before a request is sent: the name leads nowhere, or who answers under it cannot prove that it is theirs. */
export type Spoiling = 'name' | 'certificate';

/** The way to a gate, by a name and through TLS. */
export interface Door {
  readonly url: string;
  /** Connections that met the wrong certificate, and what was said to it. */
  readonly stranger: { met: number; heard: string };
  /** Spoils the way from now on, or once: for a moment, or for the next connection. Connections that are open end. */
  spoil(what: Spoiling, isOnce: boolean): void;
  mend(): void;
  close(): Promise<void>;
}

/** Doors before both gates, and what the function needs to find and trust them. */
export interface Doors {
  readonly x: Door;
  readonly store: Door;
  readonly env: Readonly<Record<string, string>>;
  readonly startedBy: readonly string[];
  close(): Promise<void>;
}

/** A moment in which a run asks at least once. */
const momentMs = 400;
const names = { x: 'x.invalid', store: 'influxdb.invalid' } as const;

/** Opens the doors; where this machine does not let a program have names of its own, they have none. */
export async function openDoors(ports: Readonly<Record<keyof typeof names, number>>): Promise<Doors> {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-doors-'));
  const hosts = openHosts();
  const pem = createCertificate(Object.values(names));
  const authority = join(folder, 'ca.pem');
  writeFileSync(authority, /-----BEGIN CERTIFICATE-----[^]*/.exec(pem)?.[0] ?? '');
  const x = await openDoor(ports.x, pem, names.x, hosts);
  const store = await openDoor(ports.store, pem, names.store, hosts);
  return {
    x,
    store,
    env: { TWITTER_API_URL: `${x.url}/2/`, INFLUXDB_URL: store.url, NODE_EXTRA_CA_CERTS: authority },
    startedBy: hosts?.startedBy ?? [],
    async close() {
      await Promise.all([x.close(), store.close()]);
      hosts?.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function openDoor(gatePort: number, pem: string, name: string, hosts: Hosts | undefined): Promise<Door> {
  const sockets = new Set<Socket>();
  const stranger = { met: 0, heard: '' };
  const [right, wrong] = [leadTo(gatePort, pem), listenAs(createCertificate([name]), stranger)];
  let [untrusted, timer] = [0, setTimeout(() => undefined)];
  const front = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    const isWrong = untrusted > 0;
    if (isWrong) [untrusted, stranger.met] = [untrusted - 1, stranger.met + 1];
    (isWrong ? wrong : right).emit('connection', socket);
  });
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const mend = (): void => {
    clearTimeout(timer);
    untrusted = 0;
    hosts?.put(name, true);
  };
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  mend();
  return {
    url: `https://${hosts === undefined ? '127.0.0.1' : name}:${(front.address() as AddressInfo).port}`,
    stranger,
    spoil(what, isOnce) {
      if (what === 'certificate') untrusted = isOnce ? 1 : Infinity;
      else hosts?.put(name, false);
      if (what === 'name' && isOnce) timer = setTimeout(mend, momentMs);
      endAll();
    },
    mend,
    async close() {
      clearTimeout(timer);
      endAll();
      front.close();
      await once(front, 'close');
    },
  };
}

/** A server that is who it says, and hands everything on. */
function leadTo(port: number, pem: string): Server {
  return createTlsServer({ key: pem, cert: pem }, (socket) => {
    const onward = connect(port, '127.0.0.1');
    const ways: readonly (readonly [Socket, Socket])[] = [
      [socket, onward],
      [onward, socket],
    ];
    for (const [one, other] of ways) {
      one.on('error', () => undefined).on('close', () => other.destroy());
      one.pipe(other);
    }
  });
}

/** A server nobody should trust, which listens. */
function listenAs(pem: string, stranger: Door['stranger']): Server {
  return createTlsServer({ key: pem, cert: pem }, (socket) => {
    socket.on('error', () => undefined).on('data', (chunk: Buffer) => (stranger.heard += chunk.toString()));
  });
}
