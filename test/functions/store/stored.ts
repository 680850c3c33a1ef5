import type { Point } from '../../../functions/measurement.ts';
import type { StoredRow } from '../fixtures.ts';

/** A time in Unix nanoseconds as InfluxDB writes it: RFC 3339, without the zeros at its end. */
export function rfc3339(time: string): string {
  const seconds = new Date(Number(time.slice(0, -9)) * 1000).toISOString().slice(0, 19);
  const digits = time.slice(-9).replace(/0+$/, '');
  return `${seconds}${digits === '' ? '' : `.${digits}`}Z`;
}

/** A ledger line as it comes back when it is asked for: tags and fields are columns. */
export function rowOfLine({ tags, fields, time }: Point): StoredRow {
  const { resource, state } = tags;
  return { measurement: 'twitter_ledger', columns: { time: rfc3339(String(time)), resource, state, ...fields } };
}

/** A settled line of one profile at noon, one nanosecond after it, with these columns instead. */
export function ledgerRow(columns: Readonly<Record<string, unknown>> = {}): StoredRow {
  const line = { resource: 'user', state: 'settled', purchase: 'p1', keys: 'jack=12', ids: '12' };
  const counts = { new_resources: 1, cost_microusd: 10_000, owned: 0 };
  return {
    measurement: 'twitter_ledger',
    columns: { time: '2026-11-23T12:00:00.000000001Z', ...line, ...counts, ...columns },
  };
}

/** The newest point of a latch. */
export function latchRow(reason: string, until: unknown, time = '2026-11-23T11:00:00Z'): StoredRow {
  return { measurement: 'twitter_latch', tags: { reason }, columns: { time, until } };
}

/** The newest profile stored of an account under one name. */
export function profileRow(userId: string, username: string, time = '2026-11-23T11:00:00Z'): StoredRow {
  return { measurement: 'twitter_user', tags: { user_id: userId, username }, columns: { time, last: 5 } };
}
