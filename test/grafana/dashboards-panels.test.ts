import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { GridPos, Panel } from '@grafana/schema';

import { contrastOf, grounds } from './contrast.ts';
import { panelsOf, queriesOf, readDashboards, stringsIn } from './dashboard.ts';

/**
 * Okabe and Ito's colours, which people tell apart whatever they see of red and green, the light ones darkened until they
 * can be seen on white, and a grey. None ends in `00`: Grafana takes `#D55E00` for a colour that is all transparent.
 */
const colours = new Set(['#0072B2', '#2E91D0', '#009E73', '#C17A05', '#D55E01', '#C86FA2', '#9A8A1F', '#888888']);
const neutral = new Set(['text', 'transparent']);
/** Behind numbers alone: the first blue, so thin that Grafana writes on it as on the panel itself. */
const tints = new Set(['#0072B226', '#0072B24A']);
/** Ways to choose colours that keep to such colours, in every Grafana from 12 on. */
const schemes = new Set(['fixed', 'thresholds']);
const graphs = ['timeseries', 'trend'];

it('the colours can be seen in the light and in the dark theme, and none of them is taken for transparent', () => {
  for (const colour of colours) {
    for (const ground of grounds) assert.ok(contrastOf(colour, ground) >= 3, `${colour} on ${ground}`);
    assert.doesNotMatch(colour, /00$/);
  }
});

for (const { name, dashboard } of readDashboards()) {
  const panels = panelsOf(dashboard);

  describe(`the dashboard ${name}`, () => {
    it('gives every panel an id of its own', () => {
      const ids = panels.map(({ id }) => id);
      assert.ok(ids.every((id) => id !== undefined && Number.isInteger(id) && id > 0));
      assert.equal(new Set(ids).size, ids.length);
    });

    it('gives every panel a title of its own, which is all that names it on a phone', () => {
      const titles = panels.map(({ title }) => title ?? '');
      assert.ok(titles.every((title) => title !== ''));
      assert.equal(new Set(titles).size, titles.length, titles.join(', '));
    });

    it('lets no panel cover another or leave the 24 columns', () => {
      const places = (dashboard.panels ?? []).map(({ gridPos }) => gridPos);
      for (const place of places) assert.ok(place && place.x >= 0 && place.w > 0 && place.x + place.w <= 24);
      const placed = places.filter((place) => place !== undefined);
      const overlapping = placed.filter((a, index) => placed.slice(index + 1).some((b) => overlap(a, b)));
      assert.deepEqual(overlapping, []);
    });

    it('leaves no hole between panels', () => {
      const cells = (dashboard.panels ?? []).reduce(
        (sum, { gridPos }) => sum + (gridPos?.w ?? 0) * (gridPos?.h ?? 0),
        0,
      );
      const bottom = Math.max(...panels.map(({ gridPos }) => (gridPos?.y ?? 0) + (gridPos?.h ?? 0)));
      assert.equal(cells, bottom * 24);
    });
  });

  for (const panel of panels) {
    describe(`${name}: ${String(panel.title)}`, () => {
      it('is described in one sentence', () => {
        const description = panel.description ?? '';
        assert.match(description, /^[A-Z"].*\.$/);
        assert.doesNotMatch(description, /[.!?] /);
      });

      if (panel.type !== 'text') describeData(panel);
    });
  }
}

function describeData(panel: Panel): void {
  const { fieldConfig } = panel;
  const defaults = fieldConfig?.defaults ?? {};

  it('names its unit', () => {
    assert.ok(defaults.unit);
  });

  it('says in words what it means that there is nothing to show', () => {
    assert.match(defaults.noValue ?? '', /^(no|none|never|not|nothing|fewer)\b/);
  });

  if (['stat', 'bargauge'].includes(panel.type))
    it('says so in grey: nothing is neither good nor bad', () => {
      const mappings = defaults.mappings ?? [];
      const colour = mappings
        .map(({ options }) => options as SpecialValue)
        .find(({ match = '' }) => match.startsWith('null'))?.result.color;
      assert.ok(colour === '#888888' || defaults.color?.fixedColor === '#888888');
    });

  it('asks the provisioned data source with queries written by hand', () => {
    const influxdb = { type: 'influxdb', uid: 'influxdb' };
    assert.deepEqual(panel.datasource, influxdb);
    const queries = queriesOf(panel);
    assert.ok(queries.length > 0);
    for (const { datasource, rawQuery, resultFormat, query } of queries) {
      assert.deepEqual([datasource, rawQuery], [influxdb, true]);
      assert.ok(['time_series', 'table'].includes(resultFormat), query);
    }
    assert.equal(new Set(queries.map(({ refId }) => refId)).size, queries.length);
  });

  it('names its series: a frame without an alias is called after the measurement', () => {
    const unnamed = queriesOf(panel).filter(({ resultFormat, alias }) => resultFormat === 'time_series' && !alias);
    assert.deepEqual(unnamed, []);
  });

  it('uses colours that everybody can tell apart', () => {
    const odd = coloursIn(fieldConfig).filter(
      (colour) => ![colours, tints, neutral].some((known) => known.has(colour)),
    );
    assert.deepEqual(odd, []);
    const overrides = (fieldConfig?.overrides ?? []).flatMap(({ properties }) => properties);
    const modes = overrides.filter(({ id }) => id === 'color').map(({ value }) => (value as { mode: string }).mode);
    const used = [...modes, ...(defaults.color ? [defaults.color.mode] : [])];
    assert.deepEqual(
      used.filter((mode) => !schemes.has(mode)),
      [],
    );
    assert.ok(defaults.color, 'without a mode Grafana takes green and red');
  });

  it('can be read without a mouse', () => {
    const options = panel.options ?? {};
    if (graphs.includes(panel.type)) {
      const legend = options['legend'] as { showLegend: boolean; calcs: string[] };
      assert.ok(legend.showLegend && legend.calcs.length > 0, 'a legend with values');
    }
    if (panel.type === 'stat') assert.match(String(options['textMode']), /^(auto|value_and_name)$/);
    if (panel.type === 'bargauge') assert.notEqual(options['valueMode'], 'hidden');
    if (panel.type === 'state-timeline') assert.notEqual(options['showValue'], 'never');
  });
}

/** What a mapping of a special value says of it. */
interface SpecialValue {
  readonly match?: string;
  readonly result: { readonly color?: string };
}

function overlap(a: GridPos, b: GridPos): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Everything below keys that hold colours. */
function coloursIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    (key === 'color' || key === 'fixedColor') && typeof inner === 'string' ? stringsIn(inner) : coloursIn(inner),
  );
}
