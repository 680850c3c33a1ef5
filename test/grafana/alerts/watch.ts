import type { Influxd } from '../../support/influxd.ts';
import { durationMs } from '../plugin/interval.ts';
import type { Labels } from '../plugin/frames.ts';
import { evaluateRule, type Result } from './evaluate.ts';
import { evaluationMs, type Rule } from './rule.ts';

/** An alert that a rule would have sent. */
export interface Alert {
  readonly labels: Labels;
  /** Unix milliseconds of the evaluation that fired it, and of the one that resolved it, if any did. */
  readonly firedAt: number;
  readonly resolvedAt: number | undefined;
  readonly values: Result['values'];
}

interface Instance {
  readonly labels: Labels;
  values: Result['values'];
  alertingSince: number | undefined;
  firedAt: number | undefined;
  seenAt: number;
}

/** https://github.com/grafana/grafana/blob/main/pkg/services/ngalert/models/alert_rule.go (`GetMissingSeriesEvalsToResolve`) */
const missingEvaluationsToResolve = 2;

/**
 * Evaluates a rule again and again from one time to another, and returns the alerts it would have sent.
 * https://github.com/grafana/grafana/blob/main/pkg/services/ngalert/state/manager.go and state.go
 */
export async function watchRule(
  influxd: Influxd,
  rule: Rule,
  span: { readonly from: number; readonly to: number },
  database?: string,
): Promise<Alert[]> {
  const everyMs = evaluationMs(rule);
  const instances = new Map<string, Instance>();
  const alerts: Alert[] = [];
  for (let at = span.from; at <= span.to; at += everyMs) {
    const results = await resultsOf(influxd, rule, at, database);
    for (const result of spread(results, instances)) step(rule, result, at, instances, alerts);
    for (const [key, instance] of instances) {
      if (at - instance.seenAt < missingEvaluationsToResolve * everyMs) continue;
      resolve(instance, at, alerts);
      instances.delete(key);
    }
  }
  for (const instance of instances.values()) resolve(instance, undefined, alerts);
  return alerts.sort((a, b) => a.firedAt - b.firedAt);
}

type Outcome = Omit<Result, 'state'> & { readonly state: Result['state'] | 'Error' };

async function resultsOf(influxd: Influxd, rule: Rule, at: number, database?: string): Promise<readonly Outcome[]> {
  try {
    return await evaluateRule(influxd, rule, at, database);
  } catch (error) {
    // A rule that InfluxDB does not understand must not pass for a store that is away.
    if (!(error instanceof TypeError && error.message === 'fetch failed')) throw error;
    return [{ state: 'Error', labels: {}, values: {} }];
  }
}

/** No data, or an error, concerns every instance there is already. */
function spread(results: readonly Outcome[], instances: ReadonlyMap<string, Instance>): readonly Outcome[] {
  const [only, ...others] = results;
  if (only === undefined || others.length > 0 || instances.size === 0) return results;
  if (only.state === 'Normal' || only.state === 'Alerting') return results;
  return [...instances.values()].map(({ labels }) => ({ ...only, labels }));
}

function step(rule: Rule, result: Outcome, at: number, instances: Map<string, Instance>, alerts: Alert[]): void {
  const key = JSON.stringify(Object.entries(result.labels).sort());
  const fresh: Instance = {
    labels: result.labels,
    values: {},
    alertingSince: undefined,
    firedAt: undefined,
    seenAt: at,
  };
  const instance = instances.get(key) ?? fresh;
  instances.set(key, instance);
  instance.seenAt = at;
  if (!isAlerting(rule, result.state, instance)) {
    resolve(instance, at, alerts);
    return;
  }
  instance.alertingSince ??= at;
  if (instance.firedAt !== undefined || at - instance.alertingSince < durationMs(rule.for)) return;
  instance.firedAt = at;
  instance.values = result.values;
}

function isAlerting(rule: Rule, state: Outcome['state'], instance: Instance): boolean {
  if (state === 'Alerting' || state === 'Normal') return state === 'Alerting';
  const meaning = state === 'NoData' ? rule.noDataState : rule.execErrState;
  if (meaning === 'KeepLast') return instance.alertingSince !== undefined;
  if (meaning === 'OK') return false;
  if (meaning === 'Alerting') return true;
  throw new Error(`the state ${meaning} is not known here: add it`);
}

function resolve(instance: Instance, at: number | undefined, alerts: Alert[]): void {
  const { labels, values, firedAt } = instance;
  if (firedAt !== undefined) alerts.push({ labels, values, firedAt, resolvedAt: at });
  instance.firedAt = undefined;
  instance.alertingSince = undefined;
}
