import { grafana } from './grafana.ts';

/** The time a query looks at, in Unix milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const unitsMs: Readonly<Record<string, number>> = {
  y: 31_536_000_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
};

/** `$__interval` in milliseconds for so many points, at least `least` such as `15m`, as Grafana's front end computes it. */
export function intervalFor({ from, to }: TimeRange, maxDataPoints: number, least: string): number {
  const { dateTime, rangeUtil } = grafana;
  const [start, end] = [dateTime(from), dateTime(to)];
  const range = { from: start, to: end, raw: { from: start, to: end } };
  return rangeUtil.calculateInterval(range, maxDataPoints, least).intervalMs;
}

/** A duration such as `24h` in milliseconds. Throws for anything else. */
export function durationMs(text: string): number {
  return grafana.rangeUtil.intervalToMs(text);
}

/**
 * An interval as the back end writes it into a query, cut to one unit:
 * https://github.com/grafana/grafana-plugin-sdk-go/blob/main/backend/gtime/gtime.go (`FormatInterval`).
 */
export function formatInterval(intervalMs: number): string {
  const [unit, unitMs] = Object.entries(unitsMs).find(([, each]) => intervalMs >= each) ?? ['ms', 1];
  return `${Math.max(1, Math.floor(intervalMs / unitMs))}${unit}`;
}
