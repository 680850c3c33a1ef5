import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { AnnotationQuery, Dashboard, DataQuery, Panel, RowPanel, VariableModel } from '@grafana/schema';

import { root } from '../support/yaml.ts';

/** A query as the InfluxDB plug-in takes it: https://github.com/grafana/grafana-influxdb-datasource/blob/main/src/types.ts */
export interface InfluxQuery extends DataQuery {
  readonly query: string;
  readonly rawQuery: boolean;
  readonly resultFormat: 'time_series' | 'table';
  readonly alias?: string;
}

/** A file of `grafana/dashboards/`. */
export interface DashboardFile {
  /** Its path from the repository's root. */
  readonly path: string;
  readonly name: string;
  readonly text: string;
  readonly dashboard: Dashboard;
}

const folder = 'grafana/dashboards';

/** All dashboards, as they are kept. */
export function readDashboards(): DashboardFile[] {
  const names = readdirSync(join(root, folder)).filter((name) => name.endsWith('.json'));
  return names.sort().map((file) => {
    const path = `${folder}/${file}`;
    const text = readFileSync(join(root, path), 'utf8');
    return { path, name: file.replace('.json', ''), text, dashboard: JSON.parse(text) as Dashboard };
  });
}

/** The panels of a dashboard, rows left out and what is folded into them included. */
export function panelsOf({ panels = [] }: Dashboard): Panel[] {
  return panels.flatMap((panel) => (isRow(panel) ? panel.panels : [panel]));
}

/** The queries of a panel. */
export function queriesOf(panel: Panel): InfluxQuery[] {
  return (panel.targets ?? []) as unknown as InfluxQuery[];
}

/** The annotations of a dashboard that ask InfluxDB. */
export function annotationsOf({ annotations }: Dashboard): AnnotationQuery[] {
  return (annotations?.list ?? []).filter(({ builtIn }) => builtIn !== 1);
}

/** What a variable asks InfluxDB for; empty for the other kinds. */
export function queryOf({ type, query }: VariableModel): string {
  return type === 'query' && typeof query === 'string' ? query : '';
}

/** Every string anywhere in a value. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

function isRow(panel: Panel | RowPanel): panel is RowPanel {
  return panel.type === 'row';
}
