import type { DataFrame } from '@grafana/data';
import type { Panel } from '@grafana/schema';

import { grafana } from '../plugin/grafana.ts';

/** A screen of 1280 pixels, less what surrounds the panels. */
const dashboardPixels = 1248;
/** Of a panel: its padding and the scroll bar. */
const borderPixels = 24;
/** Of a letter in a heading at most, and what stands around the text. */
const letterPixels = 7.2;
const cellPadding = 12;

/**
 * The columns of a table that do not fit their heading on a small screen, or for which none is left. Grafana gives the columns without a
 * width of their own what the others leave, in equal parts, and makes the table wider than its panel where one of them needs more.
 */
export function tooNarrow(panel: Panel, frames: readonly DataFrame[]): string[] {
  const [frame] = frames;
  if (panel.type !== 'table' || frame === undefined) return [];
  const columns = frame.fields.map((field) => ({
    name: grafana.getFieldDisplayName(field, frame),
    width: settingOf(panel, field, frame, frames, 'custom.width'),
  }));
  const room = ((panel.gridPos?.w ?? 24) / 24) * dashboardPixels - borderPixels;
  const taken = columns.reduce((sum, { width = 0 }) => sum + width, 0);
  const share = (room - taken) / columns.filter(({ width }) => width === undefined).length;
  const least = (panel.fieldConfig?.defaults.custom as { minWidth?: number } | undefined)?.minWidth ?? 150;
  return columns
    .filter(
      ({ name, width }) =>
        (width ?? share) < name.length * letterPixels + cellPadding ||
        (width ?? share) < Math.min(least, width ?? least),
    )
    .map(({ name, width }) => `${name} has ${Math.round(width ?? share)} pixels`);
}

function settingOf(
  panel: Panel,
  field: DataFrame['fields'][number],
  frame: DataFrame,
  frames: readonly DataFrame[],
  id: string,
): number | undefined {
  const overrides = panel.fieldConfig?.overrides ?? [];
  const concerned = overrides.filter(({ matcher }) =>
    grafana.fieldMatchers.get(matcher.id).get(matcher.options)(field, frame, [...frames]),
  );
  const values = concerned.flatMap(({ properties }) => properties.filter((property) => property.id === id));
  return values.at(-1)?.value as number | undefined;
}
