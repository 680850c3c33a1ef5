import { join } from 'node:path';

import { durationMs } from '../plugin/interval.ts';
import { readYaml, root } from '../../support/yaml.ts';

/** A query or an expression of a rule: https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/ */
export interface RuleQuery {
  readonly refId: string;
  readonly datasourceUid: string;
  /** Seconds before the evaluation; expressions have none. */
  readonly relativeTimeRange?: { readonly from: number; readonly to: number };
  readonly model: Readonly<Record<string, unknown>>;
}

/** An alert rule as its file has it. */
export interface Rule {
  readonly uid: string;
  readonly title: string;
  readonly condition: string;
  readonly for: string;
  readonly noDataState: 'Alerting' | 'NoData' | 'OK' | 'KeepLast';
  readonly execErrState: 'Alerting' | 'Error' | 'OK' | 'KeepLast';
  readonly dashboardUid: string;
  readonly panelId: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly data: readonly RuleQuery[];
}

/** A group of rules, evaluated together every `interval`. */
export interface RuleGroup {
  readonly orgId: number;
  readonly name: string;
  readonly folder: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

/** Where the alerting files lie. */
export const alertingFolder = join(root, 'grafana', 'alerting');

/** The groups of `grafana/alerting/rules.yaml`. */
export function readRuleGroups(): readonly RuleGroup[] {
  const file = readYaml(join(alertingFolder, 'rules.yaml')) as { readonly groups: readonly RuleGroup[] };
  return file.groups;
}

/** The rule of this uid. Throws where there is none. */
export function ruleOf(uid: string): Rule {
  const rule = readRuleGroups()
    .flatMap(({ rules }) => rules)
    .find((candidate) => candidate.uid === uid);
  if (rule === undefined) throw new Error(`grafana/alerting/rules.yaml has no rule ${uid}`);
  return rule;
}

/** The milliseconds between two evaluations of a rule. */
export function evaluationMs({ uid }: Rule): number {
  const group = readRuleGroups().find(({ rules }) => rules.some((rule) => rule.uid === uid));
  return durationMs(group?.interval ?? '');
}
