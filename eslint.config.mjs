import { dirname, join, relative } from 'node:path';
import tseslint from 'typescript-eslint';

/**
 * What a file of functions/ may import, by its folder ('' are the files at the top): an event travels to the right, and
 * so do the imports. Every folder may import from itself and from node:*. Vendor packages are errors outside `vendors`.
 */
const layers = {
  'index.ts': ['', 'http', 'jobs', 'run', 'x', 'store', 'config', 'adapters'],
  'http.ts': ['', 'http', 'jobs', 'run', 'store', 'config'],
  http: ['', 'jobs', 'run', 'x', 'config', 'billing', 'collectors'],
  jobs: ['', 'run', 'x', 'store', 'collectors', 'billing', 'insights', 'config'],
  run: ['', 'x', 'store', 'collectors', 'billing', 'config', 'jobs'],
  x: ['', 'store', 'collectors', 'billing', 'config'],
  store: ['', 'collectors', 'billing', 'insights', 'config'],
  collectors: ['', 'billing', 'config'],
  billing: ['', 'config'],
  insights: [''],
  config: ['', 'billing'],
  adapters: ['', 'http', 'jobs', 'run', 'x', 'store', 'collectors', 'billing', 'config'],
  '': ['', 'config', 'billing', 'collectors'],
};
/** The one vendor package of each adapter. */
const vendors = {
  'adapters/twitter.ts': 'twitter-api-v2',
  'adapters/proxy.ts': 'https-proxy-agent',
  'adapters/influxdb.ts': '@influxdata/influxdb-client',
  'adapters/events.ts': 'cloudevents',
  'index.ts': '@google-cloud/functions-framework',
};
/** An adapter sees the rest of the function as types alone, but for these. */
const adapterValues = ['', 'config', 'x', 'store'];

const functions = join(import.meta.dirname, 'functions');
const layersRule = {
  create(context) {
    const file = relative(functions, context.filename);
    const folder = folderOf(file);
    const allowed = layers[file] ?? layers[folder] ?? [];
    return {
      ImportDeclaration(node) {
        const name = node.source.value;
        if (name.startsWith('node:') || name === vendors[file]) return;
        const target = relative(functions, join(dirname(context.filename), name));
        if (file === 'index.ts' && target === '../package.json') return;
        const isValue = node.importKind !== 'type' && folder === 'adapters';
        const to = name.startsWith('.') && !target.startsWith('..') ? folderOf(target) : undefined;
        const isAllowed = to !== undefined && (to === folder || allowed.includes(to));
        if (!isAllowed || (isValue && to !== folder && !adapterValues.includes(to))) {
          context.report({
            node,
            message: `functions/${file} may not import ${name}: see layers in eslint.config.mjs`,
          });
        }
      },
    };
  },
};

function folderOf(file) {
  return file.includes('/') ? file.split('/')[0] : '';
}

function onlyImport(files, allowed) {
  return {
    files: [files],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^(?!node:|(?:${allowed})$)`, message: `${files} may import only node:* and ${allowed}` },
          ],
        },
      ],
    },
  };
}

export default tseslint.config(
  { ignores: ['dist/', 'data/', '.cache/', 'node_modules/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'max-lines': ['error', { max: 200, skipComments: true, skipBlankLines: true }],
      'max-depth': ['error', 3],
      'no-console': 'error',
    },
  },
  {
    files: ['functions/**/*.ts'],
    ignores: ['functions/index.ts'],
    rules: {
      'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }],
      'no-restricted-globals': ['error', { name: 'process', message: 'Only functions/index.ts reads the process.' }],
    },
  },
  {
    files: ['functions/**/*.ts'],
    plugins: { twittergraph: { rules: { layers: layersRule } } },
    rules: { 'twittergraph/layers': 'error' },
  },
  {
    files: ['test/**/*.ts'],
    rules: {
      // node:test returns a promise from test() that nobody awaits.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            { from: 'package', package: 'node:test', name: ['test', 'describe', 'it', 'suite'] },
          ],
        },
      ],
    },
  },
  // A Job runs it without node_modules.
  onlyImport('influxdb/bootstrap/*.ts', '\\./[a-z0-9-]+\\.ts'),
  {
    files: ['influxdb/bootstrap/*.ts'],
    rules: { 'max-lines-per-function': ['error', { max: 40, skipComments: true, skipBlankLines: true }] },
  },
  {
    files: [
      'influxdb/bootstrap/bootstrap.ts',
      'local/**/*.ts',
      'tools/**/*.ts',
      'test/run.ts',
      'test/manifests/index.ts',
      'test/cluster/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
