const counts = new Intl.NumberFormat('en');
const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD', maximumFractionDigits: 3 });
const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const shortClock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });

/** 1,234,567; a dash where there is no number. */
export function formatCount(count: number | null | undefined): string {
  return count === null || count === undefined ? '–' : counts.format(count);
}

/** Millionths of a dollar as $0.35, $0.005 or −$1.00; a dash where there is no number. */
export function formatMoney(microUsd: number | null): string {
  if (microUsd === null) return '–';
  return `${microUsd < 0 ? '−' : ''}${dollars.format(Math.abs(microUsd) / 1e6)}`;
}

/** The day that begins at a time in a time zone: Friday 27 November. */
export function formatDay(startMs: number, timezone: string): string {
  const options = { weekday: 'long', day: 'numeric', month: 'long', timeZone: timezone } as const;
  return new Intl.DateTimeFormat('en-GB', options).format(startMs).replace(',', '');
}

/** +12, −3 or 0, with a real minus sign; a dash where there is no number. */
export function formatChange(change: number | null): string {
  if (change === null) return '–';
  if (change === 0) return '0';
  return `${change > 0 ? '+' : '−'}${counts.format(Math.abs(change))}`;
}

/** 14:05:09 today, "22 Nov 14:05" before. */
export function formatTime(timeMs: number, nowMs: number): string {
  const isToday = new Date(timeMs).toDateString() === new Date(nowMs).toDateString();
  return isToday ? clock.format(timeMs) : `${day.format(timeMs)} ${shortClock.format(timeMs)}`;
}

/** The label of a time axis whose labels are `stepSeconds` apart; midnight is its date. */
export function formatAxisTime(timeMs: number, stepSeconds: number): string {
  const time = new Date(timeMs);
  if (stepSeconds >= 86_400 || (time.getHours() === 0 && time.getMinutes() === 0)) return day.format(time);
  return stepSeconds < 60 ? clock.format(time) : shortClock.format(time);
}

/** 320 ms, 1.4 s; "12 s", "3 min", "2 h" from a minute on. */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return '–';
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 10_000) return `${(durationMs / 1_000).toFixed(1)} s`;
  if (durationMs < 60_000) return `${Math.round(durationMs / 1_000)} s`;
  return durationMs < 5_400_000 ? `${Math.round(durationMs / 60_000)} min` : `${Math.round(durationMs / 3_600_000)} h`;
}
