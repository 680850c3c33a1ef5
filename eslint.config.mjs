import tseslint from 'typescript-eslint';

/** Which folders of functions/ a file there may import from, besides its own and node:*; vendor packages are errors. */
const layers = {
  // What everybody knows: values and contracts.
  'functions/*.ts': ['', 'config', 'billing', 'collectors'],
  'functions/config/*.ts': ['', 'billing'],
  'functions/http.ts': ['', 'http', 'jobs'],
  'functions/http/*.ts': ['', 'jobs'],
  'functions/jobs/*.ts': ['', 'config', 'collectors', 'billing', 'insights'],
  'functions/collectors/*.ts': ['', 'config', 'billing'],
  'functions/billing/*.ts': ['', 'config'],
  'functions/insights/*.ts': [''],
  'functions/adapters/*.ts': ['', 'config', 'collectors', 'billing', 'jobs', 'http'],
};
/** The one vendor package of each adapter. */
const vendors = {
  'functions/adapters/twitter.ts': 'twitter-api-v2',
  'functions/adapters/influxdb.ts': '@influxdata/influxdb-client',
  'functions/adapters/events.ts': 'cloudevents',
};

/** Imports of functions/ name a folder at most once below it: `./x.ts`, `./folder/x.ts`, `../x.ts`, `../folder/x.ts`. */
function pathsInto(folders) {
  const named = folders.filter((folder) => folder !== '').join('|');
  return `\\./[a-z-]+\\.ts|\\.\\./[a-z-]+\\.ts|\\.\\.?/(?:${named})/[a-z-]+\\.ts`;
}

function onlyImport(files, allowed) {
  return {
    files: [files],
    ignores: ['functions/index.ts'],
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
  ...Object.entries(layers).map(([files, folders]) => onlyImport(files, pathsInto(folders))),
  ...Object.entries(vendors).map(([file, vendor]) =>
    onlyImport(file, `${vendor}|${pathsInto(layers['functions/adapters/*.ts'])}`),
  ),
  {
    // Adapters see the rest of the function as types alone.
    files: ['functions/adapters/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[importKind!='type'][source.value=/\\.\\.\\/(collectors|billing|jobs|http)\\//]",
          message: 'An adapter imports only types from there.',
        },
      ],
    },
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
      'test/run.ts',
      'test/manifests/index.ts',
      'test/cluster/*.ts',
    ],
    rules: { 'no-console': 'off' },
  },
);
