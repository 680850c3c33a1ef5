import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../../support/yaml.ts';
import type { AnnotationColumns } from '../plugin/annotations.ts';

/** A query of a panel. */
export interface Target {
  readonly refId: string;
  readonly query: string;
  readonly rawQuery?: boolean;
  readonly resultFormat?: string;
  readonly alias?: string;
  readonly hide?: boolean;
}

/** A step from a panel's answers to what it shows. */
export interface Transformation {
  readonly id: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly filter?: { readonly id: string; readonly options: string };
}

/** A panel as far as its data goes. */
export interface Panel {
  readonly id: number;
  readonly title: string;
  readonly type: string;
  readonly description?: string;
  readonly gridPos: { readonly w: number };
  readonly interval?: string;
  readonly maxDataPoints?: number;
  readonly timeFrom?: string;
  readonly timeShift?: string;
  readonly targets?: readonly Target[];
  readonly transformations?: readonly Transformation[];
  readonly fieldConfig?: { readonly defaults?: object; readonly overrides?: readonly Override[] };
}

/** Settings for some of a panel's fields. */
export interface Override {
  readonly matcher: { readonly id: string; readonly options: unknown };
}

/** A variable above a dashboard. */
export interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query?: string | { readonly query: string };
  readonly current?: { readonly value?: string | readonly string[] };
  readonly multi?: boolean;
  readonly includeAll?: boolean;
  readonly allValue?: string | null;
  readonly regex?: string;
  readonly sort?: number;
}

/** Marks on the graphs of a dashboard. */
export interface Annotation {
  readonly name: string;
  readonly type?: string;
  readonly target?: AnnotationColumns & { readonly query?: string };
}

/** A dashboard as far as its data goes. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
}

/** All dashboards of `grafana/dashboards/`, by uid. */
export function readDashboards(): ReadonlyMap<string, Dashboard> {
  const folder = join(root, 'grafana', 'dashboards');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const dashboards = files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Dashboard);
  return new Map(dashboards.map((dashboard) => [dashboard.uid, dashboard]));
}

/** The panels that ask something. */
export function askingPanels({ panels }: Dashboard): readonly Panel[] {
  return panels.filter(({ targets }) => (targets ?? []).length > 0);
}

/** The annotations that ask something. */
export function askingAnnotations({ annotations }: Dashboard): readonly Annotation[] {
  return annotations.list.filter(({ target }) => target?.query !== undefined);
}
