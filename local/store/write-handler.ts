import type { IncomingMessage, ServerResponse } from 'node:http';
import { appendPoints } from './lp-file.ts';
import { nanosecondsPerUnit, parseLine, type Point } from './line-protocol.ts';
import { isBlankOrComment, splitLines } from './line-split.ts';
import { BodyError, readBody } from './request-body.ts';
import { addPoint } from './series.ts';
import { sendError, type StoreState } from './store-state.ts';

/** Answers `POST /write`. The good lines of a body are stored even when others are refused, as InfluxDB 1.x does. */
export async function answerWrite(
  state: StoreState,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
): Promise<void> {
  const database = parameters.get('db') ?? '';
  if (database === '') {
    sendError(response, 400, 'database is required');
    return;
  }
  if (database !== state.database) {
    sendError(response, 404, `database not found: "${database}"`);
    return;
  }
  let body: string;
  try {
    body = await readBody(request, state.maxBodyBytes);
  } catch (error) {
    if (error instanceof BodyError) {
      sendError(response, error.status, error.message);
      return;
    }
    throw error;
  }
  const { points, errors } = parseLines(body, parameters.get('precision') ?? undefined);
  const { accepted, refusals } = addPoints(state, points);
  await appendPoints(state.file, accepted);
  const unparsed = errors.join('\n');
  if (points.length === 0 && errors.length > 0) {
    sendError(response, 400, unparsed);
    return;
  }
  if (refusals.length > 0) {
    sendError(response, 400, `partial write: ${refusals[0] ?? ''} dropped=${refusals.length}`);
    return;
  }
  if (errors.length > 0) {
    sendError(response, 400, `partial write: ${unparsed} dropped=0`);
    return;
  }
  response.writeHead(204).end();
}

function parseLines(body: string, precision: string | undefined): { points: Point[]; errors: string[] } {
  const unitNs = nanosecondsPerUnit(precision);
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  const { lines, rest } = splitLines(body);
  const points: Point[] = [];
  const errors: string[] = [];
  for (const line of [...lines, rest]) {
    if (isBlankOrComment(line)) continue;
    const text = line.trimStart();
    try {
      points.push(parseLine(text, unitNs, nowNs));
    } catch (error) {
      errors.push(`unable to parse '${text}': ${(error as Error).message}`);
    }
  }
  return { points, errors };
}

function addPoints(state: StoreState, points: Point[]): { accepted: Point[]; refusals: string[] } {
  const accepted: Point[] = [];
  const refusals: string[] = [];
  for (const point of points) {
    const refusal = addPoint(state.index, point);
    if (refusal === undefined) accepted.push(point);
    else refusals.push(refusal);
  }
  return { accepted, refusals };
}
