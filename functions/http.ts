import type { ServerResponse } from 'node:http';
import type { App } from './app.ts';
import { answerError, type Answer, answerOutcome, writeAnswer } from './http/answer.ts';
import { type Deadline, shorterDeadline, startDeadline } from './deadline.ts';
import { isMeantAsEvent, type ParseEvent, parseJson, readTickEvent, type TickEvent } from './http/event.ts';
import { isSerious, RunError } from './failure.ts';
import { describeFunction } from './http/description.ts';
import { planJob, runJob } from './jobs/dispatch.ts';
import type { Deliver } from './store/outbox.ts';
import { readStore } from './store/preflight.ts';
import { type Outcome, toCutShort } from './run/report.ts';
import { BadRequest, type JobRequest, parseJobRequest } from './jobs/request.ts';
import { inTurn } from './run/queue.ts';
import type { Measurement } from './measurement.ts';
import { type FrameworkRequest, readBody } from './http/request-body.ts';

/** What the HTTP surface needs besides the app: the translators that stand behind an adapter. */
export interface Translators {
  readonly parseEvent: ParseEvent;
  readonly toLineProtocol: (measurements: readonly Measurement[]) => string;
}

type Handler = (request: FrameworkRequest, response: ServerResponse) => Promise<void>;
type Mode = 'run' | 'plan' | 'dry-run';

/** A request to run a job, read and checked. */
interface Wanted {
  readonly mode: Mode;
  readonly event: TickEvent | undefined;
  readonly job: JobRequest;
  readonly startedAt: number;
  readonly deadline: Deadline;
}

const probes: readonly (string | undefined)[] = ['/health/liveness', '/health/readiness'];
/** A little less than the run's deadline, so that its report still goes out. */
const answerShare = 0.97;

/** The function's whole HTTP surface: probes, the description, events, and requests by hand. */
export function createHandler(app: App, translators: Translators): Handler {
  return async (request, response) => {
    const deadline = startDeadline(app.config.runTimeoutMs);
    const isEvent = isMeantAsEvent(request.headers);
    try {
      writeAnswer(response, await route(app, translators, request, deadline));
    } catch (error) {
      if (response.headersSent) return; // refused while its body came in
      writeAnswer(response, answerError(app, error, isEvent));
    }
  };
}

async function route(
  app: App,
  translators: Translators,
  request: FrameworkRequest,
  deadline: Deadline,
): Promise<Answer> {
  const [path, query] = (request.url ?? '/').split('?', 2);
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (probes.includes(path)) return reads ? { status: 200, body: 'ok' } : notAllowed('GET, HEAD');
  if (path !== '/') return { status: 404, body: { error: 'not found: everything is at /' } };
  if (reads) return { status: 200, body: describeFunction(app) };
  if (request.method !== 'POST') return notAllowed('GET, HEAD, POST');
  const wanted = await readWanted(request, query ?? '', deadline, translators.parseEvent);
  if (wanted.mode === 'plan') return answerPlan(app, wanted);
  return runWanted(app, translators, wanted);
}

async function readWanted(
  request: FrameworkRequest,
  query: string,
  deadline: Deadline,
  parseEvent: ParseEvent,
): Promise<Wanted> {
  const startedAt = Date.now();
  const body = await readBody(request);
  const event = isMeantAsEvent(request.headers) ? readTickEvent(request.headers, body, parseEvent) : undefined;
  const parameters = new URLSearchParams(query);
  const mode = parameters.has('plan') ? 'plan' : parameters.has('dry-run') ? 'dry-run' : 'run';
  if (event !== undefined && mode !== 'run') {
    throw new BadRequest(
      `an event to /?${mode}: that answers people, an event wants its points stored; use / as the sink`,
    );
  }
  return { mode, event, job: parseJobRequest(event === undefined ? parseJson(body) : event.data), startedAt, deadline };
}

async function answerPlan(app: App, { job, startedAt, deadline }: Wanted): Promise<Answer> {
  const known = await readStore(app, deadline, false);
  if ('reason' in known) throw new RunError(known.reason, known.detail, known);
  return { status: 200, body: planJob(app, job, startedAt) };
}

async function runWanted(app: App, translators: Translators, wanted: Wanted): Promise<Answer> {
  const { mode, event, job, startedAt, deadline } = wanted;
  const lines: string[] = [];
  const inner = shorterDeadline(deadline, app.config.runTimeoutMs * answerShare);
  const deliver: Deliver =
    mode === 'run'
      ? (measurements) => app.store.write(measurements, inner)
      : (measurements) => Promise.resolve(void lines.push(translators.toLineProtocol(measurements)));
  const time = Math.floor((event?.time ?? startedAt) / 1000) * 1000;
  const tick = { time, startedAt, isEvent: event !== undefined, deadline: inner };
  const outcome = await inTurn(app.state, deadline, () => runJob(app, job, tick, deliver)).catch((error: unknown) => {
    if (error instanceof RunError) return toCutShort(app, job.job, tick, error);
    throw error;
  });
  logOutcome(app, mode, outcome);
  return answerOutcome(outcome, {
    isEvent: event !== undefined,
    lines: mode === 'dry-run' ? lines.join('') : undefined,
  });
}

/** The one place where a run's failures are logged. */
function logOutcome(app: App, mode: Mode, { report, failures }: Outcome): void {
  const level = failures.some(isSerious) ? 'error' : failures.length > 0 ? 'warn' : 'info';
  const shown = { ...report, failures: report.failures.slice(0, 20) };
  app.log(level, mode === 'run' ? 'run' : 'dry run', shown);
}

function notAllowed(allow: string): Answer {
  return { status: 405, headers: { Allow: allow }, body: { error: `method not allowed: use ${allow}` } };
}
