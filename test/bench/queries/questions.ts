import type { Panel } from '@grafana/schema';

import { readRuleGroups } from '../../grafana/alerts/rule.ts';
import {
  annotationsOf,
  panelsOf,
  queriesOf,
  queryOf as queryOfVariable,
  readDashboards,
} from '../../grafana/dashboard.ts';
import { buildQuery } from '../../grafana/plugin/build.ts';
import { interpolate } from '../../grafana/plugin/interpolate.ts';
import type { TimeRange } from '../../grafana/plugin/interval.ts';
import { annotationQuery, queryOf } from '../../grafana/queries/run.ts';
import { resolveVariables } from '../../grafana/queries/variables.ts';
import type { Influxd } from '../../support/influxd.ts';

/** A query as it reaches InfluxDB, and where it comes from. */
export interface Question {
  /** The dashboard, or `alerts`. */
  readonly from: string;
  /** The panel, variable, annotation or rule, with the query's letter. */
  readonly name: string;
  readonly text: string;
  /** What the panel says about itself, where it is one. */
  readonly description: string;
}

/** Every query of every dashboard for a range. */
export async function dashboardQuestions(influxd: Influxd, range: TimeRange): Promise<Question[]> {
  const questions: Question[] = [];
  for (const { name: from, dashboard } of readDashboards()) {
    const variables = await resolveVariables(influxd, dashboard, range);
    const view = { influxd, range, variables };
    const add = (name: string, text: string, description = ''): void =>
      void questions.push({ from, name, text, description });
    for (const variable of dashboard.templating?.list ?? []) {
      const query = queryOfVariable(variable);
      if (query !== '') add(`variable ${variable.name}`, buildQuery(interpolate(query, variables, range), range, 1000));
    }
    for (const panel of panelsOf(dashboard))
      for (const target of queriesOf(panel))
        add(labelOf(panel, target.refId), queryOf(view, panel, target).text, panel.description);
    for (const annotation of annotationsOf(dashboard))
      add(`annotation ${annotation.name}`, annotationQuery(view, annotation));
  }
  return questions;
}

/** Every query of the alert rules as of a time; they have ranges of their own. */
export function alertQuestions(at: number): Question[] {
  const rules = readRuleGroups().flatMap((group) => group.rules);
  return rules.flatMap(({ title, data }) =>
    data.flatMap(({ refId, relativeTimeRange: range, model }) => {
      if (range === undefined || typeof model['query'] !== 'string') return [];
      const span = { from: at - range.from * 1000, to: at - range.to * 1000 };
      return [
        { from: 'alerts', name: `${title} ${refId}`, text: buildQuery(model['query'], span, 60_000), description: '' },
      ];
    }),
  );
}

function labelOf({ id, title }: Panel, refId: string): string {
  return `${id ?? '?'} ${title ?? ''} ${refId}`;
}
