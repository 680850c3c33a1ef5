import type { Job } from '../run/job.ts';
import { collect } from './collect.ts';
import { reconcile } from './reconcile.ts';
import { summarize } from './summarize.ts';

/** All that an event can ask for; the first is meant where none is named. */
export const JOBS: readonly Job[] = [collect, summarize, reconcile];
