import { randomUUID } from 'node:crypto';
import { type Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PingSource } from './manifests.ts';

/** How an event went: the last answer's status, 0 where there was none. */
export interface PingOutcome {
  readonly name: string;
  /** When it was sent (ISO 8601). */
  readonly at: string;
  readonly status: number;
  readonly durationMs: number;
  readonly attempts: number;
  /** Why there was no answer. */
  readonly error?: string;
}

export interface PingOptions {
  readonly agent: Agent;
  readonly signal: AbortSignal;
  readonly retryDelaysMs?: readonly number[];
}

/** https://github.com/cloudevents/sdk-go v2, protocol/http/protocol_retry.go; with the delays of mtping/runner.go. */
const RETRIED_STATUSES = new Set([404, 413, 425, 429, 502, 503, 504]);
const RETRY_DELAYS_MS = [100, 200, 400, 800, 1600];

/** Sends one event with its retries, which all carry the same id and time. Waits for an answer as long as it takes. */
export async function sendPing(source: PingSource, sinkUrl: string, options: PingOptions): Promise<PingOutcome> {
  const url = new URL(source.uri ?? '', sinkUrl);
  const headers = describeEvent(source, url.host, randomUUID(), nowWithNanoseconds());
  const at = new Date();
  const startedMs = performance.now();
  const delaysMs = options.retryDelaysMs ?? RETRY_DELAYS_MS;
  for (let attempts = 1; ; attempts++) {
    const answer = await post(url, headers, source.data, options);
    const delayMs = delaysMs[attempts - 1];
    const again = answer.status === 0 || RETRIED_STATUSES.has(answer.status);
    if (!again || delayMs === undefined || options.signal.aborted) {
      const durationMs = Math.round(performance.now() - startedMs);
      return { name: source.name, at: at.toISOString(), durationMs, attempts, ...answer };
    }
    await sleep(delayMs, undefined, { signal: options.signal }).catch(() => undefined);
  }
}

/** The headers of the event, in the order and spelling in which the PingSource adapter (Go's net/http) writes them. */
function describeEvent(source: PingSource, host: string, id: string, time: string): Record<string, string> {
  const sorted: Record<string, string> = {
    'Ce-Id': id,
    'Ce-Source': `/apis/v1/namespaces/${source.namespace}/pingsources/${source.name}`,
    'Ce-Specversion': '1.0',
    'Ce-Time': time,
    'Ce-Type': 'dev.knative.sources.ping',
    'Kn-Namespace': source.namespace,
  };
  if (source.contentType !== undefined && source.data !== undefined) sorted['Content-Type'] = source.contentType;
  for (const [name, value] of Object.entries(source.extensions)) sorted[spellHeader(`ce-${name}`)] = value;
  const names = Object.keys(sorted).sort();
  return {
    Host: host,
    'User-Agent': 'Go-http-client/1.1',
    'Content-Length': String(source.data?.length ?? 0),
    ...Object.fromEntries(names.map((name) => [name, sorted[name] ?? ''])),
    'Accept-Encoding': 'gzip',
  };
}

function spellHeader(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

/** RFC 3339 as Go writes it: as many digits of the second as it has, without zeros at the end. */
function nowWithNanoseconds(): string {
  const belowMs = (process.hrtime.bigint() % 1_000_000n).toString().padStart(6, '0');
  return `${new Date().toISOString().slice(0, -1)}${belowMs}`.replace(/\.?0+$/, '') + 'Z';
}

function post(
  url: URL,
  headers: Record<string, string>,
  data: Buffer | undefined,
  { agent, signal }: PingOptions,
): Promise<{ status: number; error?: string }> {
  return new Promise((resolve) => {
    const sent = request(url, { method: 'POST', headers, agent, signal });
    // Go does not write a Connection header on a connection it means to keep.
    sent.removeHeader('connection');
    sent.on('response', (response) => {
      response.resume().on('close', () => {
        resolve({ status: response.statusCode ?? 0 });
      });
    });
    sent.on('error', (error) => {
      resolve({ status: 0, error: error.message });
    });
    sent.end(data);
  });
}
