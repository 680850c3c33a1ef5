import type { IncomingMessage, ServerResponse } from 'node:http';
import { DeadlineError, planTimes, within } from './deadline.ts';
import { isSerious } from './failure.ts';
import { type Answer, answerError, answerOutcome, writeAnswer } from './http/answer.ts';
import { describeFunction } from './http/description.ts';
import { headersOf, isMeantAsEvent, type ParseEvent, readWanted } from './http/request.ts';
import { recordPoints, type Recording } from './jobs/record.ts';
import { cutShort, runJob, type Wanted } from './run/frame.ts';
import { planJob } from './run/plan.ts';
import type { Instance } from './run/instance.ts';
import type { Outcome } from './run/report.ts';

/** The function's whole HTTP surface: probes, the description, events, and requests by hand. */
export function createHandler(instance: Instance, parseEvent: ParseEvent) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      writeAnswer(response, await route(instance, parseEvent, request));
    } catch (error) {
      if (response.headersSent) return; // refused while its body came in
      writeAnswer(response, answerError(instance, error, isMeantAsEvent(headersOf(request))));
    }
  };
}

async function route(instance: Instance, parseEvent: ParseEvent, request: IncomingMessage): Promise<Answer> {
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  const isProbe = path === '/health/liveness' || path === '/health/readiness';
  if (isProbe) return isRead ? { status: 200, body: 'ok' } : notAllowed('GET, HEAD');
  if (path !== '/') return { status: 404, body: { error: 'not found: everything is at /' } };
  if (isRead) return { status: 200, body: describeFunction(instance) };
  if (request.method !== 'POST') return notAllowed('GET, HEAD, POST');
  const mode = new URLSearchParams(query);
  return answerPost(instance, await readWanted(request, mode, parseEvent, instance.config.jobs), mode.has('plan'));
}

async function answerPost(instance: Instance, wanted: Wanted | Recording, isPlan: boolean): Promise<Answer> {
  const { workMs } = planTimes(instance.config.runTimeoutMs);
  const life = { endsAt: Infinity, signal: instance.shutdown.work.signal };
  if (isPlan && !('points' in wanted)) {
    return { status: 200, body: await within(life, workMs, (deadline) => planJob(instance, wanted, deadline)) };
  }
  const running = within(life, workMs, (deadline) =>
    'points' in wanted ? recordPoints(instance, wanted, deadline) : runJob(instance, wanted, deadline),
  );
  const outcome = await running.catch((error: unknown) => {
    if (error instanceof DeadlineError) return cutShort(instance, wanted.job.name, wanted.tick);
    throw error;
  });
  const dryRun = 'points' in wanted ? undefined : wanted.dryRun;
  logOutcome(instance, dryRun === undefined ? 'run' : 'dry run', outcome);
  return answerOutcome(outcome, { isEvent: wanted.tick.isEvent, lines: dryRun && instance.toLineProtocol(dryRun) });
}

/** The one place where a run's failures are logged. */
function logOutcome({ log }: Instance, message: string, { report, failures }: Outcome): void {
  const level = failures.some(isSerious) ? 'error' : failures.length > 0 ? 'warn' : 'info';
  log(level, message, { ...report, failures: report.failures.slice(0, 20) });
}

function notAllowed(allow: string): Answer {
  return { status: 405, headers: { Allow: allow }, body: { error: `method not allowed: use ${allow}` } };
}
