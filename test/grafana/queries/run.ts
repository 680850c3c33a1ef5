import type { DataFrame } from '@grafana/data';
import type { AnnotationQuery, Panel } from '@grafana/schema';

import type { Influxd } from '../../support/influxd.ts';
import { askInfluxd } from '../plugin/ask.ts';
import { type AnnotationColumns, type AnnotationEvent, toAnnotations } from '../plugin/annotations.ts';
import { buildQuery } from '../plugin/build.ts';
import { toFrames } from '../plugin/frames.ts';
import { interpolate, type VariableValue } from '../plugin/interpolate.ts';
import { intervalFor, type TimeRange } from '../plugin/interval.ts';
import { type InfluxQuery, queriesOf } from '../dashboard.ts';
import { strangersOf } from './names.ts';
import { type Answer, transform } from './transform.ts';

/** What a dashboard is looked at with. */
export interface View {
  readonly influxd: Influxd;
  readonly range: TimeRange;
  readonly variables: readonly VariableValue[];
}

/** As wide as a dashboard is on a screen of 1920 pixels: a panel asks for a point for each of its pixels. */
const dashboardPixels = 1880;
/** `timeInterval` of the provisioned data source. */
const leastInterval = '15m';

/** What a panel asks, and what it makes of the answers. */
export interface Shown {
  readonly answers: readonly Answer[];
  readonly frames: readonly DataFrame[];
  /** Fields that transformations name and that were not there, each with the transformation. */
  readonly strangers: readonly string[];
}

/** Asks all queries of a panel. Throws what InfluxDB or a transformation says against it. */
export async function showPanel(view: View, panel: Panel): Promise<Shown> {
  if (panel.timeFrom !== undefined || panel.timeShift !== undefined)
    throw new Error('a panel with a range of its own is not known here: add it');
  const answers: Answer[] = [];
  for (const target of queriesOf(panel).filter(({ hide }) => hide !== true))
    answers.push({ refId: target.refId, frames: await askTarget(view, panel, target) });
  const strangers: string[] = [];
  const frames = await transform(answers, panel.transformations ?? [], (transformation, given) => {
    strangers.push(...strangersOf(transformation, given).map((name) => `${transformation.id} ${name}`));
  });
  return { answers, frames, strangers };
}

/** The text of a panel's query as InfluxDB gets it, and the interval it was built for. */
export function queryOf(
  { range, variables }: View,
  panel: Panel,
  { query }: InfluxQuery,
): { text: string; intervalMs: number } {
  const intervalMs = panelInterval(range, panel);
  return { text: buildQuery(interpolate(query, variables, range), range, intervalMs), intervalMs };
}

/** `$__interval` of a panel. */
export function panelInterval(range: TimeRange, { gridPos, interval, maxDataPoints }: Panel): number {
  const points = maxDataPoints ?? Math.round(((gridPos?.w ?? 24) / 24) * dashboardPixels);
  return intervalFor(range, points, interval === undefined || interval === '' ? leastInterval : interval);
}

async function askTarget(view: View, panel: Panel, target: InfluxQuery): Promise<Answer['frames']> {
  const { resultFormat, alias } = target;
  const { text, intervalMs } = queryOf(view, panel, target);
  return toFrames(await askInfluxd(view.influxd, text), { resultFormat, alias, intervalMs });
}

/** The text of an annotation's query: the front end asks without any interval. */
export function annotationQuery({ range, variables }: Omit<View, 'influxd'>, annotation: AnnotationQuery): string {
  return buildQuery(interpolate(targetOf(annotation).query, variables, range), range, 1000);
}

/** What an annotation draws. Its query is always asked as `time_series`, without an alias. */
export async function showAnnotation(view: View, annotation: AnnotationQuery): Promise<AnnotationEvent[]> {
  const answer = await askInfluxd(view.influxd, annotationQuery(view, annotation));
  return toAnnotations(toFrames(answer, { intervalMs: 1000 }), targetOf(annotation));
}

function targetOf({ target }: AnnotationQuery): AnnotationColumns & { readonly query: string } {
  return target as unknown as AnnotationColumns & { readonly query: string };
}
