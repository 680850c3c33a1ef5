/** One window of one endpoint and kind of credential. */
interface Window {
  resetSeconds: number;
  used: number;
}

export type RateLimits = Map<string, Window>;

export interface RateState {
  readonly limit: number;
  readonly remaining: number;
  /** Unix seconds. */
  readonly reset: number;
  readonly exceeded: boolean;
}

const WINDOW_SECONDS = 900;

/** Counts one request. Windows last 15 real minutes, and begin with their first request. */
export function countRequest(limits: RateLimits, key: string, limit: number, nowMs: number): RateState {
  const nowSeconds = Math.floor(nowMs / 1000);
  const open = limits.get(key);
  const window =
    open !== undefined && open.resetSeconds > nowSeconds
      ? open
      : { resetSeconds: nowSeconds + WINDOW_SECONDS, used: 0 };
  limits.set(key, window);
  const exceeded = window.used >= limit;
  if (!exceeded) window.used++;
  return { limit, remaining: limit - window.used, reset: window.resetSeconds, exceeded };
}
