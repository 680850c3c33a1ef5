import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { Owner } from './owner.ts';

/** How an event fared. */
export interface Sent {
  readonly isAccepted: boolean;
  /** What each attempt was answered; `none` where the connection broke. */
  readonly answers: readonly string[];
}

/** A tick as a PingSource sends it. */
export interface TickEvent {
  readonly id: string;
  readonly app: string;
  /** Unix milliseconds. */
  readonly time: number;
  readonly data: object;
}

const data = { job: 'collect', collectors: ['user'] };
const pauseMs = 500;
/** A tick grows stale after ten minutes; so long a broker tries it here. */
const patienceMs = 120_000;

/** Sends a tick as a broker does, again and again until it is answered 204 or given up; each attempt goes to all of these. */
export async function sendTick(owner: Owner, time: number, urls: () => readonly string[]): Promise<Sent> {
  const answers: string[] = [];
  const id = randomUUID();
  const givenUpAt = Date.now() + patienceMs;
  while (Date.now() < givenUpAt) {
    const statuses = await Promise.all(urls().map((url) => sendOnce(url, { id, app: owner.app, time, data })));
    answers.push(...statuses);
    if (statuses.includes('204')) return { isAccepted: true, answers };
    await wait(pauseMs);
  }
  return { isAccepted: false, answers };
}

/** One attempt: the status, with the reason where there is one; `none` where the connection broke. */
export async function sendOnce(url: string, { id, app, time, data }: TickEvent): Promise<string> {
  const headers = {
    'ce-id': id,
    'ce-source': `/apis/v1/namespaces/${app}/pingsources/twittergraph-users`,
    'ce-specversion': '1.0',
    'ce-time': new Date(time).toISOString(),
    'ce-type': 'dev.knative.sources.ping',
    'content-type': 'application/json',
  };
  try {
    const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify(data) });
    const said = await answer.text();
    const { reason = '' } = (said === '' ? {} : JSON.parse(said)) as { reason?: string };
    return `${answer.status} ${reason}`.trim();
  } catch {
    return 'none';
  }
}
