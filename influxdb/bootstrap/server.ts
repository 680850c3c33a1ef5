import { setTimeout as delay } from 'node:timers/promises';

import { type Login, OperatorError } from './settings.ts';

/** What InfluxDB answered; `body` is its JSON, or undefined where there is none. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** A request: with a login or a token, and a form (1.x) or JSON (2.x) as its body. */
export interface Request {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly login?: Login;
  readonly token?: string;
  readonly form?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

const timeoutMs = 15_000;

/** Sends one request. Credentials and passwords go in headers and bodies, never into the URL. Throws when no answer comes. */
export async function send(url: string, request: Request = {}): Promise<Answer> {
  const headers: Record<string, string> = {};
  if (request.login) headers['authorization'] = `Basic ${basicOf(request.login)}`;
  if (request.token !== undefined) headers['authorization'] = `Token ${request.token}`;
  if (request.json !== undefined) headers['content-type'] = 'application/json';
  try {
    const answer = await fetch(url, {
      method: request.method ?? 'GET',
      headers,
      body: bodyOf(request),
      redirect: 'error', // credentials go nowhere else
      signal: AbortSignal.timeout(timeoutMs),
    });
    return { status: answer.status, body: parseJson(await answer.text()) };
  } catch (error) {
    throw new OperatorError(
      `InfluxDB at ${new URL(url).origin} has stopped answering (${reasonOf(error)}): run this again.`,
    );
  }
}

/** Waits until InfluxDB answers its ping and returns the version it names. Throws when the time is over. */
export async function waitForServer(url: string, waitSeconds: number, onWait: () => void): Promise<string> {
  const end = Date.now() + waitSeconds * 1000;
  let isSaid = false;
  for (;;) {
    const seen = await ping(url);
    if (typeof seen !== 'string') return seen.version;
    if (Date.now() >= end) {
      throw new OperatorError(
        `InfluxDB at ${url} does not answer after ${waitSeconds} s (${seen}). Is its pod running and ready, is INFLUXDB_URL right, does a NetworkPolicy stand between?`,
      );
    }
    if (!isSaid) onWait();
    isSaid = true;
    await delay(Math.min(1000, Math.max(0, end - Date.now())));
  }
}

/** Whether the server is a 2.x: only there is a set-up to ask about. Throws when it is neither 1.x nor 2.x. */
export async function isVersion2(url: string, version: string): Promise<boolean> {
  const { status, body } = await send(`${url}/api/v2/setup`);
  if (status === 200 && typeof (body as { allowed?: unknown } | undefined)?.allowed === 'boolean') return true;
  if (status === 404 && !/^v?[03-9]\./.test(version)) return false;
  throw new OperatorError(`${url} calls itself InfluxDB ${version}: only 1.6 to 2.x are supported.`);
}

/** The sentence with which InfluxDB refused, in 1.x's words or 2.x's; never more than a line. */
export function refusalOf({ status, body }: Answer): string {
  const { error, message } = (body ?? {}) as { error?: string; message?: string };
  const said = (message ?? error ?? '').replace(/\s+/g, ' ').slice(0, 200);
  return said === '' ? String(status) : `${status} "${said}"`;
}

/** The version, or why there is none yet. */
async function ping(url: string): Promise<{ version: string } | string> {
  try {
    const answer = await fetch(`${url}/ping`, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
    await answer.arrayBuffer();
    if (answer.status >= 500) return `it answers ${answer.status}`;
    return { version: answer.headers.get('x-influxdb-version') ?? 'without a version' };
  } catch (error) {
    return reasonOf(error);
  }
}

/** The system's code of a failed connection, such as ECONNREFUSED, else the error's name. */
function reasonOf(error: unknown): string {
  const { cause, name } = error as { cause?: { code?: string }; name: string };
  return cause?.code ?? name;
}

function bodyOf({ form, json }: Request): URLSearchParams | string | null {
  if (form) return new URLSearchParams(form);
  return json === undefined ? null : JSON.stringify(json);
}

function basicOf({ username, password }: Login): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
