import { setTimeout as wait } from 'node:timers/promises';
import { type Answer, backoffMs, type HttpEvent, isRetried, toDeadLetter, toHttp } from './event.ts';
import type { BridgeLine, BridgeSettings } from './settings.ts';

/** A record as the consumer reads it. */
export interface ReadRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly headers: ReadonlyMap<string, string>;
  readonly value: Buffer;
}

type Delivery = Pick<BridgeSettings, 'subscriber' | 'deadLetterSink' | 'retry' | 'backoffDelayMs' | 'timeoutMs'>;

/**
 * Sends a record to the subscriber until it is taken, cannot be, or was sent often enough; then to the dead letter, in
 * the same way. Like Knative's it gives up an event that the dead letter does not take either.
 */
export async function deliver(record: ReadRecord, settings: Delivery, say: (line: BridgeLine) => void): Promise<void> {
  const { subscriber, deadLetterSink } = settings;
  const place = { partition: record.partition, offset: String(record.offset) };
  const event = toHttp({ headers: Object.fromEntries(record.headers), value: record.value });
  const answer = await sendUntilTaken(event, subscriber, settings, ({ status }, retry) => {
    say({ kind: 'delivery', ...place, retry, status });
  });
  if (isTaken(answer)) return;
  const letter = toDeadLetter(event, subscriber, answer);
  const { status } = await sendUntilTaken(letter, deadLetterSink, settings);
  say({ kind: isTaken({ status }) ? 'dead' : 'lost', ...place });
}

/** The last answer. */
async function sendUntilTaken(
  event: HttpEvent,
  url: string,
  { retry: retries, backoffDelayMs, timeoutMs }: Delivery,
  onAnswer: (answer: Answer, retry: number) => void = () => undefined,
): Promise<Answer> {
  for (let retry = 0; ; retry += 1) {
    const answer = await send(event, url, timeoutMs);
    onAnswer(answer, retry);
    if (isTaken(answer) || !isRetried(answer.status) || retry === retries) return answer;
    await wait(backoffMs(backoffDelayMs, retry + 1));
  }
}

async function send({ headers, body }: HttpEvent, url: string, timeoutMs: number): Promise<Answer> {
  try {
    const all = { ...headers, prefer: 'reply', 'kn-namespace': 'twittergraph' };
    const request = {
      method: 'POST',
      headers: all,
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    } as const;
    const response = await fetch(url, request);
    return { status: response.status, body: Buffer.from(await response.arrayBuffer()) };
  } catch {
    return { status: undefined, body: Buffer.alloc(0) };
  }
}

function isTaken({ status }: Pick<Answer, 'status'>): boolean {
  return status !== undefined && status >= 200 && status < 300;
}
