import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStore } from '../../local/store/server.ts';
import { startInfluxd } from '../support/influxd.ts';

/** What one of the two said. */
export type Answer = { status: number; body: string };

/** A real InfluxDB and a store with the same database and user. */
export type Pair = {
  real: Server;
  store: Server;
  close(): Promise<void>;
};
export type Server = {
  url: string;
  database: string;
  username: string;
  password: string;
  write: (body: string, precision?: string) => Promise<Answer>;
  /** One request to `/query` with these parameters beside the database. */
  ask: (q: string, parameters?: Record<string, string>) => Promise<Answer>;
};

/** Starts both with the same lines, their times in units of `precision`. */
export async function startPair(lines: readonly string[], precision: string): Promise<Pair> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-store-'));
  const influxd = await startInfluxd();
  const { database, username, password } = influxd;
  const embedded = await startStore({ port: 0, folder, database, username, password });
  const access = { database, username, password };
  const [real, store] = [openServer({ ...access, url: influxd.url }), openServer({ ...access, url: embedded.url })];
  const close = async (): Promise<void> => {
    await embedded.close();
    await influxd.close();
    await rm(folder, { recursive: true });
  };
  for (const { write } of [real, store]) {
    assert.deepEqual(await write(lines.join('\n'), precision), { status: 204, body: '' });
  }
  return { real, store, close };
}

/** The value of the header Authorization. */
export function basic({ username, password }: { username: string; password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function openServer(access: Omit<Server, 'write' | 'ask'>): Server {
  const headers = { authorization: basic(access) };
  const request = async (path: string, parameters: Record<string, string>, init: RequestInit): Promise<Answer> => {
    const query = new URLSearchParams({ db: access.database, ...parameters });
    const response = await fetch(`${access.url}${path}?${query.toString()}`, { headers, ...init });
    // InfluxDB writes these characters escaped.
    const body = (await response.text()).replaceAll('\\u003c', '<').replaceAll('\\u003e', '>');
    return { status: response.status, body };
  };
  return {
    ...access,
    write: (body, precision = 'ms') => request('/write', { precision }, { method: 'POST', body }),
    ask: (q, parameters = {}) => request('/query', { q, ...parameters }, {}),
  };
}
