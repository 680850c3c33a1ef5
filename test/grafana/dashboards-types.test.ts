import assert from 'node:assert/strict';
import { join } from 'node:path';
import { it } from 'node:test';

import type { Panel } from '@grafana/schema';
import ts from 'typescript';

import { root } from '../support/yaml.ts';
import { panelsOf, readDashboards } from './dashboard.ts';

/** The types of `@grafana/schema` that a panel's options and its fields' `custom` must have. */
const kinds: Readonly<Record<string, readonly [module: string, options: string, custom?: string]>> = {
  barchart: ['barchart/panelcfg/x/BarChartPanelCfg', 'Options', 'FieldConfig'],
  bargauge: ['bargauge/panelcfg/x/BarGaugePanelCfg', 'Options'],
  'state-timeline': ['statetimeline/panelcfg/x/StateTimelinePanelCfg', 'Options', 'FieldConfig'],
  stat: ['stat/panelcfg/x/StatPanelCfg', 'Options'],
  table: ['table/panelcfg/x/TablePanelCfg', 'Options', 'FieldConfig'],
  text: ['text/panelcfg/x/TextPanelCfg', 'Options'],
  timeseries: ['timeseries/panelcfg/x/TimeSeriesPanelCfg', 'Options', 'FieldConfig'],
  trend: ['trend/panelcfg/x/TrendPanelCfg', 'Options', 'FieldConfig'],
};
/** The panels follow one by one; the target of an annotation is the plug-in's, as those of panels are. */
const separately = new Set(['annotations', 'panels']);
/** In a file an enumeration is its text, and what Grafana fills in may be left out of `custom`. */
const prelude = `import type { Dashboard, Panel } from '@grafana/schema';
type Written<T> = T extends string ? \`\${T}\` : T extends object ? { [K in keyof T]: Written<T[K]> } : T;
type Frame = Omit<Dashboard, 'annotations' | 'panels'>;
`;

it('every dashboard and panel has the types of @grafana/schema, and no word it does not know', () => {
  assert.deepEqual(diagnose(writeProgram()), []);
});

it('a word that no panel knows is found', () => {
  const wrong = `${prelude}export const wrong: Written<Omit<Panel, 'options'>> = { type: 'stat', titel: 'x' };\n`;
  const [message = ''] = diagnose(wrong);
  assert.match(message, /'titel' does not exist/);
});

function writeProgram(): string {
  const values = readDashboards().flatMap(({ name, dashboard }) => {
    const frame = Object.fromEntries(Object.entries(dashboard).filter(([key]) => !separately.has(key)));
    return [
      declare(`${name}Frame`, 'Written<Frame>', frame),
      ...panelsOf(dashboard).map((panel) => declarePanel(name, panel)),
    ];
  });
  return prelude + values.join('');
}

function declarePanel(dashboard: string, panel: Panel): string {
  const kind = kinds[panel.type];
  assert.ok(kind, `${panel.type} is a kind of panel without a type here`);
  const [module, optionsType, customType] = kind;
  const from = `import('@grafana/schema/dist/esm/raw/composable/${module}_types.gen')`;
  const { options, fieldConfig, ...rest } = panel;
  const { custom, ...defaults } = fieldConfig?.defaults ?? {};
  const name = `${dashboard}${String(panel.id)}`;
  const plain = { ...rest, ...(fieldConfig ? { fieldConfig: { ...fieldConfig, defaults } } : {}) };
  return [
    declare(`${name}Panel`, `Written<Omit<Panel, 'options'>>`, plain),
    declare(`${name}Options`, `Written<${from}.${optionsType}>`, options),
    custom && customType ? declare(`${name}Custom`, `Written<Partial<${from}.${customType}>>`, custom) : '',
  ].join('');
}

function declare(name: string, type: string, value: unknown): string {
  return `export const ${name}: ${type} = ${JSON.stringify(value)};\n`;
}

/** What the TypeScript compiler says against a module that stands in this folder. */
function diagnose(source: string): string[] {
  const path = join(root, 'test/grafana/written-dashboards.ts');
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
  };
  const host = ts.createCompilerHost(options);
  const onDisk = { ...host };
  host.fileExists = (file) => file === path || onDisk.fileExists(file);
  host.getSourceFile = (file, version, ...rest) =>
    file === path ? ts.createSourceFile(file, source, version) : onDisk.getSourceFile(file, version, ...rest);
  const program = ts.createProgram([path], options, host);
  return ts.getPreEmitDiagnostics(program).map(({ file, start, messageText }) => {
    const line = file && start !== undefined ? source.slice(0, start).split('\n').at(-1)?.slice(13, 40) : '';
    return `${line ?? ''}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`;
  });
}
