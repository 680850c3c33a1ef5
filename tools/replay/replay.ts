import { pointsIn, recordType } from '../../functions/store/record.ts';

/** A line that was not taken, from 1 on, and why. */
export interface Refusal {
  readonly line: number;
  readonly id?: string;
  readonly problem: string;
}

/** What became of the lines. */
export interface Outcome {
  readonly lines: number;
  readonly taken: number;
  readonly points: number;
  readonly refusals: readonly Refusal[];
}

/** More than the recorder takes for its answer. */
const attemptMs = 60_000;

/**
 * Sends the events in these lines one after the other, and gives what became of them. Without `to` they are only checked.
 * `progress` is called after each.
 */
export async function replay(
  lines: AsyncIterable<string>,
  to: string | undefined,
  progress: (outcome: Outcome) => void,
): Promise<Outcome> {
  const refusals: Refusal[] = [];
  let [line, taken, points] = [0, 0, 0];
  for await (const text of lines) {
    line += 1;
    if (text.trim() === '') continue;
    const { id, count, problem } = checkLine(text);
    const refusal = problem ?? (to === undefined ? undefined : await send(to, text));
    if (refusal !== undefined) refusals.push({ line, ...(id === undefined ? {} : { id }), problem: refusal });
    else [taken, points] = [taken + 1, points + count];
    progress({ lines: line, taken, points, refusals });
  }
  return { lines: line, taken, points, refusals };
}

function checkLine(text: string): { readonly id?: string; readonly count: number; readonly problem?: string } {
  let id: string | undefined;
  try {
    const event = JSON.parse(text) as { id?: string; type?: string; data?: unknown };
    id = event.id;
    const about = id === undefined ? {} : { id };
    // A tick has its time, and today's count must not be written at yesterday's.
    if (event.type !== recordType) return { ...about, count: 0, problem: `not of type ${recordType}` };
    return { ...about, count: pointsIn(event.data).length };
  } catch (error) {
    return { ...(id === undefined ? {} : { id }), count: 0, problem: (error as Error).message };
  }
}

/** What came in the way; nothing where the recorder has stored it. */
async function send(to: string, text: string): Promise<string | undefined> {
  const headers = { 'content-type': 'application/cloudevents+json' };
  try {
    const answer = await fetch(to, { method: 'POST', headers, body: text, signal: AbortSignal.timeout(attemptMs) });
    const said = (await answer.text()).trim();
    return answer.status === 204 ? undefined : `${answer.status} ${said}`.trim();
  } catch (error) {
    const { message, cause } = error as Error;
    return cause instanceof Error ? `${message}: ${cause.message}` : message;
  }
}
