import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';

import type { Json, JsonObject } from '../../tools/dashboards/json.ts';
import { normaliseDashboard } from '../../tools/dashboards/normalise.ts';
import { UsageError } from '../../local/runner/options.ts';
import { readDashboards } from '../grafana/dashboard.ts';
import { root } from '../support/yaml.ts';

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Ended {
  const command = ['--import', 'tsx', 'tools/dashboards/index.ts', ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: 'utf8' });
  return { code: status, out: stdout, err: stderr };
}

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-dashboards-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** A kept dashboard as Grafana would export it for sharing: with ids, choices, defaults and its own order of keys. */
function exportOf(kept: JsonObject): JsonObject {
  const shuffle = (value: Json): Json => {
    if (Array.isArray(value)) return (value as readonly Json[]).map(shuffle);
    if (typeof value !== 'object' || value === null) return value;
    const { datasource, ...rest } = value as JsonObject;
    const own = { type: 'influxdb', uid: '${DS_INFLUXDB}' };
    const isOurs = JSON.stringify(datasource ?? null).includes('"influxdb"');
    const entries = Object.entries({
      ...rest,
      ...(datasource === undefined ? {} : { datasource: isOurs ? own : datasource }),
    });
    return Object.fromEntries(entries.reverse().map(([key, inner]) => [key, shuffle(inner)]));
  };
  const exported = shuffle(kept) as Record<string, Json>;
  const panels = (exported['panels'] as JsonObject[]).map((panel) => ({
    ...panel,
    transparent: false,
    links: [],
    ...('targets' in panel ? { targets: (panel['targets'] as JsonObject[]).map(withBuilder) } : {}),
    ...('fieldConfig' in panel ? { fieldConfig: withDefaults(panel) } : {}),
  }));
  const { list } = exported['templating'] as { list: JsonObject[] };
  const choice = { options: [], current: { text: 'jack', value: 'jack' }, definition: 'x' };
  const variables = list.map((variable) => (variable['type'] === 'query' ? { ...variable, ...choice } : variable));
  return {
    __inputs: [{ name: 'DS_INFLUXDB', type: 'datasource', pluginId: 'influxdb' }],
    __requires: [{ type: 'grafana', id: 'grafana', version: '13.2.3' }],
    id: 17,
    version: 4,
    timepicker: {},
    ...exported,
    panels: panels.reverse(),
    templating: { list: variables },
  };
}

function withBuilder(target: JsonObject): JsonObject {
  return {
    groupBy: [{ type: 'time', params: ['$__interval'] }],
    select: [],
    measurement: 'cpu',
    hide: false,
    ...target,
  };
}

function withDefaults(panel: JsonObject): Json {
  const { defaults, overrides } = panel['fieldConfig'] as { defaults: Record<string, Json>; overrides: Json };
  const custom = panel['type'] === 'timeseries' ? { axisPlacement: 'auto', lineWidth: 1, showPoints: 'auto' } : {};
  const own = (defaults['custom'] ?? {}) as JsonObject;
  return { overrides, defaults: { mappings: [], ...defaults, custom: { ...custom, ...own } } };
}

describe('npm run dashboards:normalise', () => {
  it('finds every kept dashboard in form', () => {
    const { code, out, err } = run('--check', '--json');
    assert.deepEqual([code, err], [0, '']);
    const { files } = JSON.parse(out) as { files: { to: string; changed: boolean }[] };
    assert.deepEqual(
      files,
      readDashboards().map(({ path }) => ({ from: path, to: path, changed: false })),
    );
  });

  for (const { name, text } of readDashboards())
    it(`brings an export of ${name} back to the letter`, (t) => {
      const folder = makeFolder(t);
      const file = join(folder, 'Twitter export 1764.txt');
      writeFileSync(file, JSON.stringify({ meta: {}, dashboard: exportOf(JSON.parse(text) as JsonObject) }));
      const { code, out, err } = run('--folder', folder, file);
      const to = join(folder, `${name}.json`);
      assert.deepEqual([code, out, err], [0, `${to}: written\n`, '']);
      assert.equal(readFileSync(to, 'utf8'), text);
    });

  it('only says with --check what is not in form', (t) => {
    const folder = makeFolder(t);
    const file = join(folder, 'posts.json');
    const [first] = readDashboards().filter(({ name }) => name === 'posts');
    const text = JSON.stringify(JSON.parse(first?.text ?? ''));
    writeFileSync(file, text);
    const { code, out } = run('--check', '--folder', folder);
    assert.deepEqual([code, out], [1, `${file}: not in form\n`]);
    assert.equal(readFileSync(file, 'utf8'), text);
  });

  it('keeps what it cannot read, and writes none of the others', (t) => {
    const folder = makeFolder(t);
    const [good, bad] = [join(folder, 'good.txt'), join(folder, 'bad.txt')];
    writeFileSync(good, readDashboards()[0]?.text ?? '');
    writeFileSync(bad, '{');
    const { code, out, err } = run('--folder', folder, good, bad);
    assert.deepEqual([code, out], [1, '']);
    assert.match(err, /^\S+bad\.txt is not JSON: .*\n$/);
    assert.throws(() => readFileSync(join(folder, 'compare.json')));
  });

  it('has a help that names its options, and refuses others', () => {
    const { code, out } = run('--help');
    assert.equal(code, 0);
    for (const option of ['--check', '--folder', '--json', '--help']) assert.ok(out.includes(option), option);
    const refused = run('--chek');
    assert.equal(refused.code, 1);
    assert.match(refused.err, /--chek.*\nSee npm run dashboards:normalise -- --help\.\n$/s);
  });
});

describe('normalising', () => {
  const dashboard = (more: JsonObject): JsonObject => ({
    uid: 'twittergraph-posts',
    title: 'Posts',
    panels: [],
    ...more,
  });
  const normalise = (exported: Json): JsonObject => normaliseDashboard(exported, 'x.json');

  it('refuses what is no dashboard of this repository, and says what to do', () => {
    const cases: [Json, RegExp][] = [
      [[], /^x\.json holds no dashboard\.$/],
      [{ title: 'x' }, /^x\.json holds no dashboard: it has no panels\.$/],
      [
        { apiVersion: 'dashboard.grafana.app/v2', spec: {} },
        /^x\.json is in Grafana's new format.*export it as "Classic"\.$/,
      ],
      [dashboard({ uid: 'abc' }), /^x\.json has the uid "abc", not twittergraph-NAME/],
      [dashboard({ uid: 'twittergraph-../../x' }), /not twittergraph-NAME/],
    ];
    for (const [exported, message] of cases)
      assert.throws(
        () => normalise(exported),
        (error) => error instanceof UsageError && message.test(error.message),
      );
  });

  it('keeps a hidden query hidden, a chosen "All", what a folded row holds, and the text of a text box', () => {
    const hidden = { refId: 'A', query: 'SELECT', hide: true };
    const folded = { type: 'row', panels: [{ type: 'stat', transparent: false, targets: [hidden] }] };
    const all = { type: 'query', name: 'a', includeAll: true, current: { text: 'jack', value: 'jack' } };
    const textbox = { type: 'textbox', name: 'budget', current: { text: '2', value: '2' } };
    const { panels, templating } = normalise(dashboard({ panels: [folded], templating: { list: [all, textbox] } }));
    assert.deepEqual(panels, [{ type: 'row', panels: [{ type: 'stat', targets: [hidden] }] }]);
    assert.deepEqual(templating, {
      list: [{ ...all, current: { text: ['All'], value: ['$__all'] } }, textbox],
    });
  });

  it('puts the panels in the order in which they are read', () => {
    const at = (id: number, x: number, y: number): JsonObject => ({ id, gridPos: { x, y, w: 8, h: 4 } });
    const { panels } = normalise(dashboard({ panels: [at(1, 8, 4), at(2, 0, 4), at(3, 16, 0)] }));
    assert.deepEqual(
      (panels as unknown as { id: number }[]).map(({ id }) => id),
      [3, 2, 1],
    );
  });
});
