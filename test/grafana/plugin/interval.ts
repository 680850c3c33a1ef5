/** The time a query looks at, in Unix milliseconds. */
export interface TimeRange {
  readonly from: number;
  readonly to: number;
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  M: 2_592_000_000,
  y: 31_536_000_000,
};

/** Below each limit the interval is the value beside it; all in milliseconds. */
const steps: readonly (readonly [below: number, interval: number])[] = [
  [10, 1],
  [15, 10],
  [35, 20],
  [75, 50],
  [150, 100],
  [350, 200],
  [750, 500],
  [1500, 1000],
  [3500, 2000],
  [7500, 5000],
  [12_500, 10_000],
  [17_500, 15_000],
  [25_000, 20_000],
  [45_000, 30_000],
  [90_000, 60_000],
  [210_000, 120_000],
  [450_000, 300_000],
  [750_000, 600_000],
  [1_050_000, 900_000],
  [1_500_000, 1_200_000],
  [2_700_000, 1_800_000],
  [5_400_000, 3_600_000],
  [9_000_000, 7_200_000],
  [16_200_000, 10_800_000],
  [32_400_000, 21_600_000],
  [86_400_000, 43_200_000],
  [604_800_000, 86_400_000],
  [1_814_400_000, 604_800_000],
  [3_628_800_000, 2_592_000_000],
];

/**
 * `$__interval` in milliseconds for so many points, at least `least` such as `15m`, as Grafana's front end reckons:
 * https://github.com/grafana/grafana/blob/v12.4.0/packages/grafana-data/src/datetime/rangeutil.ts (`calculateInterval`).
 */
export function intervalFor({ from, to }: TimeRange, maxDataPoints: number, least: string): number {
  const wanted = (to - from) / maxDataPoints;
  const rounded = steps.find(([below]) => wanted < below)?.[1] ?? 31_536_000_000;
  return Math.max(rounded, durationMs(least));
}

/** A duration such as `24h` in milliseconds. Throws for anything else. */
export function durationMs(text: string): number {
  const [, count, unit] = /^>?(\d+)(ms|[smhdwMy])$/.exec(text) ?? [];
  const unitMs = unitsMs[unit ?? ''];
  if (count === undefined || unitMs === undefined) throw new Error(`${text} is no duration such as 15m`);
  return Number(count) * unitMs;
}

/**
 * An interval as the back end writes it into a query, cut to one unit:
 * https://github.com/grafana/grafana-plugin-sdk-go/blob/main/backend/gtime/gtime.go (`FormatInterval`).
 */
export function formatInterval(intervalMs: number): string {
  const unit = ['y', 'd', 'h', 'm', 's', 'ms'].find((name) => intervalMs >= (unitsMs[name] ?? Infinity));
  return unit === undefined ? '1ms' : `${Math.floor(intervalMs / (unitsMs[unit] ?? 1))}${unit}`;
}
