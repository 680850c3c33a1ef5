import { join, relative, resolve } from 'node:path';
import type { PageAbout } from '../page/server.ts';
import { startPage } from '../page/server.ts';
import { readPingSources } from '../scheduler/manifests.ts';
import { type Scheduler, startScheduler } from '../scheduler/scheduler.ts';
import { startClock } from '../simulator/clock.ts';
import { startSimulator } from '../simulator/server.ts';
import { startStore } from '../store/server.ts';
import { describeStart } from './banner.ts';
import { startFunction, waitUntilReady } from './function-process.ts';
import { UsageError } from './options.ts';
import type { Output, Screen } from './output.ts';
import type { Plan } from './plan.ts';

const MANIFESTS = join(import.meta.dirname, '..', '..', 'knative', 'base');

/** What has been started, the last first: the order in which it is stopped. */
export type Closers = (() => unknown)[];

/**
 * Starts everything the plan names, noting in `closers` what has to be stopped. Resolves with the function's exit code
 * when it ends by itself; until then the pipeline runs.
 */
export async function runPipeline(plan: Plan, output: Output, screen: Screen, closers: Closers): Promise<number> {
  const sources = await readPingSources(MANIFESTS);
  if (sources.length === 0)
    throw new UsageError('knative/base/ holds no PingSource: without one nothing is ever collected.');
  const { store: access, accounts } = plan.config;
  if (plan.simulated) {
    const usernames = accounts.flatMap(({ username }) => username ?? []);
    const simulator = await startSimulator({ port: plan.ports.simulator, speed: plan.speed, usernames });
    closers.unshift(simulator.close);
  }
  const store = plan.embedded ? await startEmbeddedStore(plan, output.warning) : undefined;
  if (store !== undefined) closers.unshift(store.close);

  const clock = startClock(plan.speed);
  const state: { scheduler?: Scheduler; lastEvent?: PageAbout['lastEvent'] } = {};
  const storeText =
    store === undefined ? `InfluxDB at ${access.url}` : `embedded; every point is appended to ${store.file}`;
  const started = startFunction({ port: plan.ports.function, env: plan.env, onLine: output.functionLine });
  closers.unshift(started.stop);
  const page = await startPage({
    port: plan.ports.page,
    influx: access,
    about: () => ({
      simulated: plan.simulated,
      speed: plan.speed,
      timezone: plan.config.timezone,
      functionUrl: started.url,
      store: storeText,
      schedules: state.scheduler?.upcoming() ?? [],
      ...(state.lastEvent && { lastEvent: state.lastEvent }),
    }),
  });
  closers.unshift(() => page.close());
  if (!(await waitUntilReady(plan.ports.function, started.ended))) return started.ended;

  const facts = { page: page.url, function: started.url, store: storeText };
  const schedules = sources.map(({ name, schedule }) => ({ name, cron: schedule.text }));
  output.started(
    { ...facts, simulated: plan.simulated, speed: plan.speed, schedules, functionPid: started.pid, ports: plan.ports },
    describeStart(plan, { ...facts, schedules }, screen),
  );
  const scheduler = startScheduler({
    sources,
    sinkUrl: `http://127.0.0.1:${plan.ports.function}/`,
    clock,
    onOutcome: (outcome) => {
      const { name, at, status, durationMs } = outcome;
      state.lastEvent = { name, at, status, durationMs };
      output.outcome(outcome);
      page.refresh();
    },
  });
  state.scheduler = scheduler;
  closers.unshift(scheduler.close);
  return started.ended;
}

async function startEmbeddedStore(
  plan: Plan,
  warn: Output['warning'],
): Promise<{ file: string; close: () => Promise<void> }> {
  const { database, username, password } = plan.config.store;
  const folder = resolve(plan.dataFolder);
  const store = await startStore({ port: plan.ports.store, folder, database, username, password, warn });
  const inside = relative(process.cwd(), store.path);
  return { file: inside.startsWith('..') ? store.path : inside, close: () => store.close() };
}
