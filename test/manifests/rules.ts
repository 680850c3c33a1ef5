import type { Facts } from './facts.ts';
import type { Rendering } from './render.ts';
import { findUnknownDataSources } from './rules/datasource-rules.ts';
import { findNetworkProblems } from './rules/network-rules.ts';
import { findCredentials, findLooseImages, findMisnamed } from './rules/object-rules.ts';
import { findOpenShiftProblems } from './rules/openshift-rules.ts';
import { findLoosePods } from './rules/pod-rules.ts';
import { findLostEvents, findUnknownConfigMaps, findUnknownSecrets } from './rules/reference-rules.ts';
import { findWrongTicks } from './rules/schedule-rules.ts';

/** A rule by what it asks of every rendering, and what finds the exceptions. */
export interface Rule {
  readonly name: string;
  readonly find: (rendering: Rendering, facts: Facts) => readonly string[];
}

/** What every kustomization has to keep, whatever it makes. */
export const RULES: readonly Rule[] = [
  { name: 'names, labels and no namespace', find: findMisnamed },
  { name: 'images are pinned', find: findLooseImages },
  { name: 'no credential', find: findCredentials },
  { name: 'pods can do what their work needs, no more', find: findLoosePods },
  { name: 'NetworkPolicies open what Services send to', find: findNetworkProblems },
  { name: 'events reach somebody', find: findLostEvents },
  { name: 'Secrets are documented, keys are variables', find: findUnknownSecrets },
  { name: 'ConfigMaps are there', find: findUnknownConfigMaps },
  { name: 'ticks are jobs of the function, "every" is their period', find: findWrongTicks },
  { name: 'dashboards ask a provisioned data source', find: findUnknownDataSources },
  { name: 'restricted-v2 admits the pods on OpenShift', find: findOpenShiftProblems },
];
