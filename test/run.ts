/** `npm test` ends here: brings the neighbours the tests need, then runs the tests. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';

import { provideChromium } from './setup/chromium.ts';
import { provideInfluxd } from './setup/influxd.ts';
import { provideKustomize } from './setup/kustomize.ts';
import { provideTools } from './setup/tools.ts';

const usage = `Usage: node --import tsx test/run.ts [--unit] [WORD…]

Runs every test/**/*.test.ts, or those whose path contains one of the words:
    node --import tsx test/run.ts knative billing/book
With --unit only those of functions/ that need no neighbour and no build: half a minute.

INFLUXD_BIN, CHROMIUM_BIN and KUSTOMIZE_BIN name the programs to use instead of those found in the PATH or brought by this command.
SHARED_DIR names the folder of the neighbours' schemas (../shared); REQUIRE_SHARED=1 makes its absence a failure.`;

/** Nothing here takes near as long: what reaches it hangs. */
const timeoutMs = 180_000;
/** Ten times what all of it takes on two cores. */
const longestRunMs = 3_000_000;

function main(words: readonly string[]): number {
  if (words.includes('--help')) {
    console.log(usage);
    return 0;
  }
  const isUnit = words.includes('--unit');
  const files = findTestFiles(words.filter((word) => word !== '--unit')).filter((file) => !isUnit || isUnitTest(file));
  if (files.length === 0) {
    console.error(words.length > 0 ? `No test file's path contains: ${words.join(', ')}` : 'There is no test file.');
    return 1;
  }
  if (isUnit) return runTests(files);
  provideInfluxd(console.error);
  provideChromium(console.error);
  provideKustomize(console.error);
  provideTools(console.error);
  return runTests(files);
}

function findTestFiles(words: readonly string[]): string[] {
  return readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.test.ts'))
    .map((path) => relative('.', join(import.meta.dirname, path)))
    .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
    .sort();
}

function isUnitTest(file: string): boolean {
  return file.startsWith(join('test', 'functions')) && !file.includes('integration');
}

/** Two files at a time: some start servers of their own, and the smallest machine this runs on has two cores. */
function runTests(files: readonly string[]): number {
  const options = [
    '--test-concurrency=2',
    `--test-timeout=${timeoutMs}`,
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    `--test-reporter=${join(import.meta.dirname, 'setup', 'require-tests.mjs')}`,
    '--test-reporter-destination=stderr',
  ];
  const argv = ['--import', 'tsx', '--test', ...options, ...files];
  // Since Node 24 the runner does not end a file whose test hangs with a server open; its own --test-force-exit ends files
  // before all they have printed is read, and what is lost counts as neither passed nor failed.
  const end = spawnSync(process.execPath, argv, { stdio: 'inherit', timeout: longestRunMs });
  if (end.error) console.error(`The tests did not end in ${longestRunMs / 60_000} minutes: ${end.error.message}`);
  return end.status ?? 1;
}

try {
  process.exitCode = main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
