import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { readYaml, root } from '../support/yaml.ts';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('the two commands of a fresh clone', () => {
  const commands = ['npm ci', 'npm test'];

  it('stand in the README as one block', () => {
    const blocks = [...read('README.md').matchAll(/```\w*\n([^]*?)```/g)].map(([, block = '']) => block.trim());
    assert.ok(blocks.includes(commands.join(' && ')), 'README.md has a code block with: npm ci && npm test');
  });

  it('are what .ci/run runs', () => {
    const steps = read('.ci/run')
      .split('\n')
      .filter((line) => line.startsWith('npm '));
    assert.deepEqual(steps, commands);
  });

  it('are what the workflow runs', () => {
    const { jobs } = readYaml('.github/workflows/ci.yml') as Workflow;
    assert.deepEqual(
      jobs.test.steps.flatMap(({ run }) => run ?? []),
      commands,
    );
  });
});

describe('.github/workflows/ci.yml', () => {
  const workflow = readYaml('.github/workflows/ci.yml') as Workflow;

  it('may only read, and takes every action by its commit with the version beside it', () => {
    assert.deepEqual(workflow.permissions, { contents: 'read' });
    const uses = read('.github/workflows/ci.yml')
      .split('\n')
      .filter((line) => line.includes('uses:'));
    for (const line of uses) assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });

  it('runs on the oldest and the newest Node that package.json allows', () => {
    const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
    const { node } = workflow.jobs.test.strategy.matrix;
    assert.equal(`>=${Math.min(...node)} <${Math.max(...node) + 1}`, engines.node);
  });

  it('runs on the Node that the README asks for', () => {
    const { node } = workflow.jobs.test.strategy.matrix;
    const [, least, most] = /\nNode (\d+) to (\d+), nothing else/.exec(read('README.md')) ?? [];
    assert.deepEqual([Number(least), Number(most)], [Math.min(...node), Math.max(...node)]);
  });
});

interface Workflow {
  permissions: unknown;
  jobs: { test: { strategy: { matrix: { node: number[] } }; steps: { uses?: string; run?: string }[] } };
}
