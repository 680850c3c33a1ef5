import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import {
  ApiPartialResponseError,
  ApiRequestError,
  ApiResponseError,
  type IClientSettings,
  type ITwitterApiClientPlugin,
  TwitterApi,
} from 'twitter-api-v2';
import type { AskX, RateLimit, XAnswer, XRequest } from '../collectors/collector.ts';
import type { XAccess } from '../config/credentials.ts';
import { type Deadline, DeadlineError, endBy } from '../deadline.ts';
import { RunError } from '../failure.ts';
import { refusalOf } from '../x/refusal.ts';

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/**
 * The way to X. Connections are kept for the next request. A request that died without any answer is sent once more,
 * since a kept connection may have been closed in the meantime; everything else is the sender's to repeat.
 */
export function connectX(access: XAccess): AskX {
  const agentOptions = { keepAlive: true, maxSockets: 16 };
  const httpAgent = access.url.startsWith('http:') ? new HttpAgent(agentOptions) : new HttpsAgent(agentOptions);
  return async (request, deadline) => {
    try {
      return await askOnce(access, httpAgent, request, deadline);
    } catch (error) {
      if (!(error instanceof RunError) || !error.unanswered) throw error;
      return askOnce(access, httpAgent, request, deadline).catch(rethrowAsUnanswered);
    }
  };
}

/** Whatever became of the second request, nobody knows what became of the first. */
function rethrowAsUnanswered(error: unknown): never {
  if (!(error instanceof RunError)) throw error;
  const { reason, message, retryable, retryAt, status, complaints } = error;
  throw new RunError(reason, message, { retryable, retryAt, status, complaints, unanswered: true });
}

async function askOnce(access: XAccess, httpAgent: HttpAgent, request: XRequest, deadline: Deadline): Promise<XAnswer> {
  const client = openClient(access, request, {
    httpAgent,
    // With compression on, a cut body never settles and a corrupt one ends the process.
    compression: false,
    plugins: [endingBy(deadline)],
  });
  try {
    const asking = client.v2.get<unknown>(
      request.path,
      { ...request.query },
      { fullResponse: true, prefix: access.url },
    );
    const { data, headers } = await endBy(deadline, asking);
    return toAnswer(request, data, headers);
  } catch (error) {
    throw toRunError(request, error, deadline);
  }
}

/** Public numbers need no user: the bearer token goes first, with a rate limit of its own per app. */
function openClient(access: XAccess, { asOwner }: XRequest, settings: Partial<IClientSettings>): TwitterApi {
  if (access.bearerToken !== undefined && asOwner !== true) return new TwitterApi(access.bearerToken, settings);
  if (access.userContext !== undefined) return new TwitterApi({ ...access.userContext }, settings);
  throw new Error('no credentials for X');
}

/** The library has no deadline of its own, and its `timeout` does not end an answer that drips. */
function endingBy(deadline: Deadline): ITwitterApiClientPlugin {
  return {
    onBeforeRequest: ({ requestOptions }) => {
      requestOptions.signal = deadline.signal;
    },
  };
}

/** The library takes a redirect for success and does not follow it. */
function toAnswer(request: XRequest, body: unknown, headers: Headers): XAnswer {
  if (headers['location'] !== undefined) {
    const message = `X answered GET ${request.path} with a redirect, which it never does: check TWITTER_API_URL and any proxy`;
    throw new RunError('bad_answer', message, { retryable: true });
  }
  const date = Date.parse(String(headers['date']));
  return { body, rateLimit: rateLimitOf(headers), date: Number.isNaN(date) ? undefined : date };
}

function toRunError(request: XRequest, error: unknown, deadline: Deadline): unknown {
  if (error instanceof RunError) return error;
  const what = `GET ${request.path}`;
  if (deadline.signal.aborted || error instanceof DeadlineError) {
    return new RunError('timeout', `X did not answer ${what} in time`, { retryable: true });
  }
  if (error instanceof ApiResponseError) {
    const { code, data, headers } = error;
    return refusalOf({ what, status: code, body: data, rateLimit: rateLimitOf(headers) });
  }
  if (error instanceof ApiPartialResponseError) {
    const status = error.response.statusCode ?? 200;
    if (status >= 400) return refusalOf({ what, status, body: undefined, rateLimit: undefined });
    return new RunError('bad_answer', `X's answer to ${what} was cut off or is not the JSON it says it is`, {
      retryable: true,
    });
  }
  if (error instanceof ApiRequestError) {
    const message = `no connection to X for ${what} (${causeOf(error)}): check TWITTER_API_URL, DNS and egress`;
    return new RunError('upstream_error', message, { retryable: true, unanswered: true });
  }
  return error;
}

/** The library keeps the cause where its own getter does not look. */
function causeOf(error: ApiRequestError): string {
  const { _options } = error as unknown as { _options?: { error?: NodeJS.ErrnoException } };
  return _options?.error?.code ?? _options?.error?.name ?? 'unknown cause';
}

function rateLimitOf(headers: Headers): RateLimit | undefined {
  const [limit, remaining, reset] = ['limit', 'remaining', 'reset'].map((part) =>
    Number(headers[`x-rate-limit-${part}`] ?? NaN),
  );
  if (!Number.isFinite(limit) || !Number.isFinite(remaining) || !Number.isFinite(reset)) return undefined;
  return { limit: limit ?? 0, remaining: remaining ?? 0, reset: reset ?? 0 };
}
