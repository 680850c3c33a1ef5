import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { startStore, type Store, type StoreOptions } from '../../local/store/server.ts';

const credential = { username: 'writer', password: 'p:w' };

/** What a request to a store of these tests says of itself. */
export const authorization = `Basic ${Buffer.from('writer:p:w').toString('base64')}`;

/** A folder that goes with the test. */
export async function makeFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-store-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** A store of the database `test` that ends with the test. */
export async function start(context: TestContext, options: Partial<StoreOptions>): Promise<Store> {
  const folder = options.folder ?? (await makeFolder(context));
  const store = await startStore({ port: 0, database: 'test', ...credential, ...options, folder });
  context.after(() => store.close());
  return store;
}

/** Writes lines, whatever the store says to them. */
export async function write(store: Store, body: string, precision = 'ms'): Promise<void> {
  await (await post(store, body, {}, `db=test&precision=${precision}`)).text();
}

/** One request to `/write`. */
export function post(
  store: Store,
  body: string | Buffer,
  headers = {},
  parameters = 'db=test&precision=ms',
): Promise<Response> {
  return fetch(`${store.url}/write?${parameters}`, {
    method: 'POST',
    headers: { authorization, ...headers },
    body: new Uint8Array(Buffer.from(body)),
  });
}

/** The rows of the first series of a statement; times finer than milliseconds as text. */
export async function select(store: Store, q: string, epoch = 'ms'): Promise<unknown[]> {
  const parameters = new URLSearchParams({ db: 'test', q, epoch });
  const response = await fetch(`${store.url}/query?${parameters.toString()}`, { headers: { authorization } });
  type Answer = { results: { series?: { values: unknown[] }[] }[] };
  // A number cannot hold nanoseconds.
  const text = (await response.text()).replace(/\[(\d{17,})/g, '["$1"');
  return (JSON.parse(text) as Answer).results[0]?.series?.[0]?.values ?? [];
}
