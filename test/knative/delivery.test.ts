import assert from 'node:assert/strict';
import { it } from 'node:test';

import { readText } from '../docs/markdown.ts';
import { readYaml } from '../support/yaml.ts';

const { delivery, filter } = (
  readYaml('knative/overlays/broker/trigger.yaml') as {
    spec: {
      delivery: { timeout: string; retry: number; backoffPolicy: string; backoffDelay: string };
      filter: { attributes: Record<string, string> };
    };
  }
).spec;
const readme = readText('knative/README.md');
const timeoutSeconds = parseSeconds(delivery.timeout);
const delaysSeconds = Array.from({ length: delivery.retry }, (_, n) => parseSeconds(delivery.backoffDelay) * 2 ** n);
const startsSeconds = (attemptSeconds: number): number[] => [
  0,
  ...delaysSeconds.map((_, n) => (n + 1) * attemptSeconds + sumOf(delaysSeconds.slice(0, n + 1))),
];

it('the Trigger passes on what a PingSource sends', () => {
  assert.deepEqual(filter.attributes, { type: 'dev.knative.sources.ping' });
});

it('an attempt may take as long as a run, one before it and a cold start', () => {
  const [, runSeconds = ''] = /`RUN_TIMEOUT_SECONDS` +\| `(\d+)`/.exec(readText('docs/variables.md')) ?? [];
  assert.ok(timeoutSeconds >= 2 * Number(runSeconds) + 5, `${timeoutSeconds} s`);
});

it('the last attempt begins before the function takes the tick for stale, however long the others took', () => {
  assert.equal(delivery.backoffPolicy, 'exponential');
  const [, staleMs = ''] = /age <= ([\d_]+)/.exec(readText('functions/jobs/collect.ts')) ?? [];
  const last = startsSeconds(timeoutSeconds).at(-1) ?? 0;
  assert.ok(last < Number(staleMs.replaceAll('_', '')) / 1000, `${last} s`);
});

it('the README has the same numbers', () => {
  const quick = startsSeconds(0)
    .join(', ')
    .replace(/, (\d+)$/, ' and $1');
  assert.ok(readme.includes(`after ${quick} s`), quick);
  const last = startsSeconds(timeoutSeconds).at(-1) ?? 0;
  const waits = delaysSeconds.join(' + ');
  assert.ok(readme.includes(`${delivery.retry} × ${timeoutSeconds} + ${waits} = ${last} s`), `${waits} = ${last}`);
});

function parseSeconds(duration: string): number {
  const [, seconds] = /^PT(\d+)S$/.exec(duration) ?? [];
  assert.ok(seconds, duration);
  return Number(seconds);
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
