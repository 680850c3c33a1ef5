import tseslint from 'typescript-eslint';

/**
 * Who may import what (CONTRIBUTING.md, "Where things live"). Each folder lists what it MAY import besides node:*;
 * everything else, vendor packages included, is an error.
 */
const allowedImports = {
  'functions/*.ts': '\\./[a-z-]+\\.ts',
  'functions/http.ts': '\\./[a-z-]+\\.ts|\\./jobs/[a-z-]+\\.ts|\\./collectors/collector\\.ts|\\./billing/[a-z-]+\\.ts',
  'functions/jobs/*.ts': '\\./[a-z-]+\\.ts|\\.\\./(collectors|billing|insights)/[a-z-]+\\.ts|\\.\\./[a-z-]+\\.ts',
  'functions/collectors/*.ts': '\\./[a-z-]+\\.ts|\\.\\./billing/[a-z-]+\\.ts|\\.\\./[a-z-]+\\.ts',
  'functions/billing/*.ts': '\\./[a-z-]+\\.ts|\\.\\./[a-z-]+\\.ts',
  'functions/insights/*.ts': '\\./[a-z-]+\\.ts|\\.\\./[a-z-]+\\.ts',
  'functions/adapters/*.ts': '\\.\\./[a-z-]+\\.ts|\\.\\./(collectors|billing|jobs)/[a-z-]+\\.ts',
};
const vendorOf = {
  'functions/adapters/twitter.ts': 'twitter-api-v2',
  'functions/adapters/influxdb.ts': '@influxdata/influxdb-client',
  'functions/adapters/events.ts': 'cloudevents',
};

function onlyImport(files, allowed) {
  return {
    files: [files],
    ignores: ['functions/index.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            { regex: `^(?!node:|(?:${allowed})$)`, message: `${files} may import only node:* and /${allowed}/` },
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
  ...Object.entries(allowedImports).map(([files, allowed]) => onlyImport(files, allowed)),
  ...Object.entries(vendorOf).map(([file, vendor]) =>
    onlyImport(file, `${vendor}|${allowedImports['functions/adapters/*.ts']}`),
  ),
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
  { files: ['local/**/*.ts', 'test/run.ts'], rules: { 'no-console': 'off' } },
);
