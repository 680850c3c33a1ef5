import { quotedIn } from '../collectors/answer.ts';
import type { Problem } from '../collectors/collector.ts';

/** Reads whatever X sent for an error object; what is not there is empty. X leaves `value` out at times, but quotes it. */
export function parseProblem(value: unknown): Problem {
  const [title, detail] = [textOf(value, 'title'), textOf(value, 'detail')];
  const resetAt = Date.parse(textOf(value, 'reset_date'));
  const about = textOf(value, 'value') || textOf(value, 'resource_id') || quotedIn(detail);
  const { errors } = (value ?? {}) as { errors?: unknown };
  return {
    title,
    detail,
    type: textOf(value, 'type').split('/').pop() ?? '',
    value: about.toLowerCase(),
    complaints: (Array.isArray(errors) ? errors : [])
      .map((error) => textOf(error, 'message'))
      .filter((message) => message !== ''),
    resetAt: Number.isNaN(resetAt) ? undefined : resetAt,
  };
}

/** What X says, in its own words. */
export function sayingOf({ title, detail, complaints }: Problem, body?: unknown): string {
  const parts = [...new Set([title, detail, ...complaints])].filter((part) => part !== '');
  if (parts.length > 0) return parts.join(': ');
  if (typeof body !== 'string') return '';
  return body.trimStart().startsWith('<') ? 'an HTML page' : body.trim();
}

function textOf(value: unknown, key: string): string {
  const text = ((value ?? {}) as Readonly<Record<string, unknown>>)[key];
  return typeof text === 'string' ? text : '';
}
