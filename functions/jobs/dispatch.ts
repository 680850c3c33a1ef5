import type { App } from '../app.ts';
import { collect } from './collect.ts';
import type { Deliver } from '../store/outbox.ts';
import { type Plan, planCollect, toPlan } from './plan.ts';
import { planReconcile, reconcile } from './reconcile.ts';
import type { Outcome } from '../run/report.ts';
import type { JobRequest } from './request.ts';
import type { Tick } from '../run/run.ts';
import { summarize } from './summarize.ts';

/** Runs the job that was asked for. Throws a `BadRequest` for accounts that are not configured. */
export function runJob(app: App, request: JobRequest, tick: Tick, deliver: Deliver): Promise<Outcome> {
  switch (request.job) {
    case 'collect':
      return collect(app, request, tick, deliver);
    case 'summarize':
      return summarize(app, request, tick, deliver);
    case 'reconcile':
      return reconcile(app, request, tick, deliver);
  }
}

/** What the job would ask X at `time` (Unix milliseconds). Throws as `runJob` does. */
export function planJob(app: App, request: JobRequest, time: number): Plan {
  switch (request.job) {
    case 'collect':
      return planCollect(app, request, time);
    case 'summarize':
      return toPlan(app, []);
    case 'reconcile':
      return planReconcile(app);
  }
}
