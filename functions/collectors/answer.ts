import type { Failure } from '../failure.ts';
import { type MeasurementName, MEASUREMENTS } from '../measurement.ts';
import type { Problem } from './collector.ts';

/** Names that X gave its counts in August 2026; it answers with either, and the newer wins where both are there. */
const newerNames: Readonly<Record<string, string>> = { tweet_count: 'post_count', retweet_count: 'repost_count' };

/** The counts X gave of what a measurement holds. What it did not give, or gave as anything but a count, is no field. */
export function countsIn(metrics: Readonly<Record<string, unknown>>, name: MeasurementName): Record<string, number> {
  const fields: Record<string, number> = {};
  for (const field in MEASUREMENTS[name].fields) {
    const count = [metrics[newerNames[field] ?? field], metrics[field]].find((value) => Number.isSafeInteger(value));
    if (typeof count === 'number' && count >= 0) fields[field] = count;
  }
  return fields;
}

/** What X says of one account. A suspended one has the type of an unknown one: only title and detail tell them apart. */
export function toFailure({ title, detail: said, type }: Problem): Failure {
  const detail = `X says: ${[title, said].filter((text) => text !== '').join(': ')}`;
  if (/suspended/i.test(title) || /suspended/i.test(said)) return { reason: 'suspended', detail };
  if (type === 'not-authorized-for-resource' || /^authorization error$/i.test(title)) {
    return { reason: 'protected', detail };
  }
  if (type === 'resource-not-found' || /^not found/i.test(title)) {
    return { reason: 'unknown_account', detail };
  }
  return { reason: 'upstream_error', detail };
}

/** The first text in square brackets right behind `before`, where X quotes a value; empty where there is none. */
export function quotedIn(text: string, before = ''): string {
  const start = text.indexOf(`${before}[`);
  const end = start < 0 ? -1 : text.indexOf(']', start);
  return end < 0 ? '' : text.slice(start + before.length + 1, end);
}
