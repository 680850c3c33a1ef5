import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { parseEvent } from '../../functions/adapters/events.ts';
import { createHandler } from '../../functions/http.ts';
import type { Instance } from '../../functions/run/instance.ts';
import type { Report } from '../../functions/run/report.ts';
import { dayMs, weekStart } from './world.ts';

/** A request to the function. */
export interface Call {
  /** The event's time in Unix milliseconds; a request by hand has none. */
  readonly time?: number;
  readonly data?: unknown;
  readonly path?: string;
  readonly method?: 'GET' | 'POST';
}

/** What the function answers. */
export interface Answered {
  readonly status: number;
  readonly body: string;
}

/** What `GET /` says, as far as money goes. */
export interface Described {
  readonly budget: Readonly<Record<string, number | undefined>>;
  readonly latches: readonly { readonly reason: string; readonly until: string; readonly nextProbe: string }[];
}

/** Calls the function as its server would; resolves with its answer. */
export async function call(instance: Instance, { time, data, path = '/', method = 'POST' }: Call): Promise<Answered> {
  const event = {
    'ce-id': '1',
    'ce-source': '/week',
    'ce-specversion': '1.0',
    'ce-type': 'dev.knative.sources.ping',
    'ce-time': new Date(time ?? 0).toISOString(),
  };
  const headers = time === undefined ? {} : event;
  const headersDistinct = { 'content-type': ['application/json'] };
  const stream = Readable.from(data === undefined ? [] : [Buffer.from(JSON.stringify(data))]);
  let status = 0;
  let body = '';
  const response = {
    writeHead: (code: number) => void (status = code),
    end: (text: string) => void (body = text),
  };
  const handle = createHandler(instance, parseEvent);
  await handle(
    Object.assign(stream, { method, url: path, headers, headersDistinct }) as unknown as IncomingMessage,
    response as unknown as ServerResponse,
  );
  return { status, body };
}

/** A request by hand; resolves with its report and the status beside it. */
export async function run(instance: Instance, data: unknown): Promise<Report & { readonly status: number }> {
  const { status, body } = await call(instance, { data });
  return { status, ...(JSON.parse(body) as Report) };
}

/** What `/?plan` answers to a request. */
export async function plan(
  instance: Instance,
  data: unknown,
): Promise<{ readonly status: number; readonly worstCaseMicroUsd?: number; readonly leftMicroUsd?: number }> {
  const { status, body } = await call(instance, { data, path: '/?plan' });
  return { status, ...(JSON.parse(body) as object) };
}

/** What `GET /` answers. */
export async function describe(instance: Instance): Promise<Described & { readonly status: number }> {
  const { status, body } = await call(instance, { method: 'GET' });
  return { status, ...(JSON.parse(body) as Described) };
}

/** Does something, and once more with what is remembered of the first time. */
export async function twice(work: () => Promise<void>): Promise<void> {
  await work();
  await work();
}

/** What the shipped PingSources send. */
export const usersTick = { job: 'collect', collectors: ['user'], every: 900 };
export const tweetsTick = { job: 'collect', collectors: ['tweet'], every: 3600 };

/** The schedules' events of the week from one time to another, both in Unix milliseconds, in order. */
export function eventsOf(
  usersEveryMinutes: number,
  tweetsEveryHours: number,
  from = weekStart,
  to = weekStart + 7 * dayMs,
): readonly { readonly time: number; readonly data: unknown }[] {
  const users = Math.ceil((to - from) / (usersEveryMinutes * 60_000));
  const tweets = Math.ceil((to - from) / (tweetsEveryHours * 3_600_000));
  return [
    ...Array.from({ length: users }, (_, index) => ({
      time: from + index * usersEveryMinutes * 60_000,
      data: usersTick,
    })),
    ...Array.from({ length: tweets }, (_, index) => ({
      time: from + index * tweetsEveryHours * 3_600_000 + 7 * 60_000,
      data: tweetsTick,
    })),
  ].sort((a, b) => a.time - b.time);
}
