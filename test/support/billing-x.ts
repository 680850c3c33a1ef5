import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, profile, suspendedName, unknownName } from './x-server.ts';

/** An account of the simulated X. A change to it changes what X says from then on. */
export interface BilledAccount {
  readonly id: string;
  username: string;
  suspended: boolean;
  /** All posts it will ever have, the oldest first; X shows them once its clock has reached their time. */
  readonly posts: readonly BilledPost[];
}

/** `time` in Unix milliseconds, the one in the id. */
export interface BilledPost {
  readonly id: string;
  readonly time: number;
  readonly isRetweet: boolean;
}

/**
 * How X fails: an answer that costs nothing, one that X charges for whatever was asked, or a connection that breaks
 * before or after X has charged.
 */
export type BillingFault =
  Refusal | Page | { readonly fault: 'hang' | 'hang-billed' | 'close' | 'close-billed' | 'cut-billed' };

interface Refusal {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request X was sent, with what it added to the bill in micro-dollars. */
export interface BilledRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly isOwner: boolean;
  /** By X's clock, in Unix milliseconds. */
  readonly time: number;
  cost: number;
}

/**
 * X over HTTP as far as money goes: each user and each post is billed once per UTC day of X's clock when an answer
 * brings it; failures and empty pages cost nothing. https://docs.x.com/x-api/fundamentals/post-cap
 */
export interface BillingX {
  /** What `TWITTER_API_URL` takes. */
  url: string;
  readonly accounts: BilledAccount[];
  /** Ids of the accounts that own the X app: their timelines, asked for by a user, cost less. */
  readonly owners: Set<string>;
  /** How far X's clock is ahead of ours. */
  skewMs: number;
  /** Micro-dollars by resource (`user:12`, `tweet:34`, `owned:56`), by day of X's clock. */
  readonly bill: Map<string, Map<string, number>>;
  readonly seen: BilledRequest[];
  /** Called before each request is looked at, charged and answered. */
  before: (request: BilledRequest) => BillingFault | undefined | Promise<BillingFault | undefined>;
  close(): Promise<void>;
}

/** https://docs.x.com/x-api/getting-started/pricing */
const prices = { user: 10_000, tweet: 5000, owned: 1000 } as const;
type Kind = keyof typeof prices;

/** https://docs.x.com/x-api/fundamentals/x-ids */
const snowflakeEpochMs = 1_288_834_974_657;

/** A post's id as X makes it from its time; `sequence` tells posts of one millisecond apart. */
export function snowflakeAt(time: number, sequence: number): string {
  return String((BigInt(time - snowflakeEpochMs) << 22n) | BigInt(sequence & 0x3fffff));
}

/** Starts the server on loopback. */
export async function startBillingX(accounts: BilledAccount[]): Promise<BillingX> {
  const server = createServer((request, response) => {
    handle(x, request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const x: BillingX = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/2/`,
    accounts,
    owners: new Set(),
    skewMs: 0,
    bill: new Map(),
    seen: [],
    before: () => undefined,
    close: () => closeServer(server),
  };
  return x;
}

/** A day's bill in micro-dollars. */
export function billOn({ bill }: BillingX, day: string): number {
  return [...(bill.get(day)?.values() ?? [])].reduce((sum, price) => sum + price, 0);
}

/** A 200 answer, and the resources in it that X charges for. */
interface Page {
  readonly body: unknown;
  readonly kind: Kind;
  readonly ids: readonly string[];
}

async function handle(x: BillingX, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const { pathname, searchParams: query } = new URL(message.url ?? '/', 'http://x');
  const isOwner = message.headers.authorization?.startsWith('OAuth ') === true;
  const asked = { path: pathname.replace('/2/', ''), query, isOwner, time: Date.now() + x.skewMs, cost: 0 };
  x.seen.push(asked);
  const fault = await x.before(asked);
  const billed = { ...asked, time: Date.now() + x.skewMs };
  const reply = fault === undefined || 'fault' in fault ? pageOf(x, billed) : fault;
  if (fault !== undefined && 'fault' in fault && !fault.fault.endsWith('-billed')) {
    if (fault.fault === 'close') message.socket.destroy();
    return;
  }
  if ('kind' in reply) asked.cost = charge(x, reply, billed.time);
  if (fault !== undefined && 'fault' in fault) breakOff(fault.fault, message, response, reply);
  else answer(response, reply, billed.time);
}

function breakOff(kind: string, message: IncomingMessage, response: ServerResponse, { body }: Refusal | Page): void {
  if (kind === 'close-billed') message.socket.destroy();
  if (kind !== 'cut-billed') return;
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length });
  response.write(bytes.subarray(0, bytes.length / 2), () => response.socket?.destroy());
}

function answer(response: ServerResponse, reply: Refusal | Page, time: number): void {
  const { status, headers, body } = { status: 200, headers: {}, body: undefined, ...reply };
  response.sendDate = false;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    date: new Date(time).toUTCString(),
    ...headers,
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}

/** What of a page was not billed on that day yet. A post bought at the owner's price and at the full one costs both. */
function charge({ bill }: BillingX, { kind, ids }: Page, time: number): number {
  const day = new Date(time).toISOString().slice(0, 10);
  const items = bill.get(day) ?? new Map<string, number>();
  bill.set(day, items);
  const fresh = [...new Set(ids)].filter((id) => !items.has(`${kind}:${id}`));
  for (const id of fresh) items.set(`${kind}:${id}`, prices[kind]);
  return fresh.length * prices[kind];
}

function pageOf(x: BillingX, { path, query, isOwner, time }: BilledRequest): Page | Refusal {
  const ids = query.get('ids')?.split(',') ?? [];
  if (path === 'users/by') return usersPage(x, query.get('usernames')?.split(',') ?? [], 'username');
  if (path === 'users') return usersPage(x, ids, 'id');
  if (path === 'tweets') return lookUpPage(x, ids, time);
  const owner = /^users\/(\d+)\/tweets$/.exec(path)?.[1];
  if (owner !== undefined) return timelinePage(x, owner, query, isOwner, time);
  return { status: 404 };
}

function usersPage(x: BillingX, values: readonly string[], by: 'id' | 'username'): Page | Refusal {
  if (values.length > 100) return { status: 400, body: { title: 'Invalid Request', errors: [] } };
  const found: BilledAccount[] = [];
  const errors: object[] = [];
  const known = new Map(x.accounts.map((account) => [account[by].toLowerCase(), account]));
  for (const value of values) {
    const account = known.get(value.toLowerCase());
    if (account?.suspended === false) found.push(account);
    else errors.push(account === undefined ? unknownName(value) : suspendedName(value));
  }
  const data = found.map(({ id, username }) => profile(id, username));
  const body = { ...(data.length > 0 ? { data } : {}), ...(errors.length > 0 ? { errors } : {}) };
  return { body, kind: 'user', ids: found.map(({ id }) => id) };
}

function timelinePage(x: BillingX, id: string, query: URLSearchParams, isOwner: boolean, time: number): Page | Refusal {
  const most = Number(query.get('max_results') ?? 10);
  const from = Date.parse(query.get('start_time') ?? '1970-01-01T00:00:00Z');
  if (!Number.isInteger(most) || most < 5 || most > 100 || Number.isNaN(from)) return { status: 400, body: {} };
  const account = x.accounts.find((candidate) => candidate.id === id);
  const kind = isOwner && x.owners.has(id) ? 'owned' : 'tweet';
  if (account === undefined || account.suspended) return { body: { errors: [suspendedName(id)] }, kind, ids: [] };
  const leavesOut = query.get('exclude')?.split(',').includes('retweets') === true;
  const shown = account.posts.filter(
    (post) => post.time >= from && post.time <= time && !(leavesOut && post.isRetweet),
  );
  const newest = shown.slice(-most).reverse();
  const meta = { result_count: newest.length };
  const body = newest.length === 0 ? { meta } : { data: newest.map((post) => toBody(post, time)), meta };
  return { body, kind, ids: newest.map((post) => post.id) };
}

function lookUpPage(x: BillingX, ids: readonly string[], time: number): Page | Refusal {
  if (ids.length > 100) return { status: 400, body: { title: 'Invalid Request', errors: [] } };
  const wanted = new Set(ids);
  const posts = x.accounts.filter(({ suspended }) => !suspended).flatMap((account) => account.posts);
  const found = posts.filter((post) => wanted.has(post.id) && post.time <= time);
  const missing = ids.filter((id) => !found.some((post) => post.id === id)).map(unknownName);
  const data = found.map((post) => toBody(post, time));
  const body = { ...(data.length > 0 ? { data } : {}), ...(missing.length > 0 ? { errors: missing } : {}) };
  return { body, kind: 'tweet', ids: found.map((post) => post.id) };
}

function toBody({ id, time }: BilledPost, now: number): object {
  const hours = Math.floor((now - time) / 3_600_000);
  const counts = { retweet_count: 1, reply_count: 2, like_count: 3 + hours, quote_count: 0, bookmark_count: 0 };
  return { id, edit_history_tweet_ids: [id], public_metrics: { ...counts, impression_count: 100 * (hours + 1) } };
}
