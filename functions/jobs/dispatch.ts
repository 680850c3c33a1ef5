import type { App } from '../app.ts';
import { collect } from './collect.ts';
import type { Deliver } from './outbox.ts';
import { type Plan, planCollect } from './plan.ts';
import { planReconcile, reconcile } from './reconcile.ts';
import type { Outcome } from './report.ts';
import type { JobRequest } from './request.ts';
import type { Tick } from './run.ts';

/** Runs the job that was asked for. Throws a `BadRequest` for accounts that are not configured. */
export function runJob(app: App, request: JobRequest, tick: Tick, deliver: Deliver): Promise<Outcome> {
  return request.job === 'collect' ? collect(app, request, tick, deliver) : reconcile(app, request, tick, deliver);
}

/** What the job would ask X at `time` (Unix milliseconds). Throws as `runJob` does. */
export function planJob(app: App, request: JobRequest, time: number): Plan {
  return request.job === 'collect' ? planCollect(app, request, time) : planReconcile(app);
}
