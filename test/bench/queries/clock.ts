export const minuteMs = 60_000;
export const hourMs = 60 * minuteMs;
export const dayMs = 24 * hourMs;

/** The ticks of a schedule within 24 hours. */
export function ticks(from: number, everyMs: number): number[] {
  return Array.from({ length: dayMs / everyMs }, (_, index) => from + index * everyMs);
}
