import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readYaml } from '../support/yaml.ts';
import { codeBlocks, listFiles, readText, sectionOf, tableOf } from './markdown.ts';

interface PingSource {
  metadata: { name: string };
  spec: { schedule: string };
}

describe('README.md', () => {
  const readme = readText('README.md');
  const commands = codeBlocks(readme).map(({ code }) => code.trim());

  it('is one page: 200 lines and 1,800 words at most', () => {
    assert.ok(readme.split('\n').length <= 200);
    assert.ok(readme.split(/\s+/).length <= 1_800);
  });

  it('shows the overview in both themes before its first heading', () => {
    const [first = ''] = readme.split('\n## ');
    for (const theme of ['dark', 'light']) assert.ok(first.includes(`"docs/images/overview-${theme}.png"`), theme);
  });

  it('has each of the two commands in a block of its own', () => {
    for (const command of ['npm ci && npm test', 'npm ci && npm run local'])
      assert.ok(commands.includes(command), command);
  });

  it('deploys in five commands, all of which docs/deploying.md explains', () => {
    const deploying = codeBlocks(readText('docs/deploying.md'))
      .flatMap(({ code }) => code.split('\n'))
      .map((line) => line.trim());
    const [block = ''] = commands.filter((code) => code.includes('kn func deploy'));
    const lines = block.split('\n');
    assert.equal(lines.length, 5);
    assert.deepEqual(
      lines.filter((line) => !deploying.includes(line)),
      [],
    );
  });

  it('shows every schedule of knative/ as the local pipeline prints it', () => {
    const files = listFiles('knative/base').filter((path) => path.startsWith('pingsource-'));
    const sources = files.map((path) => readYaml(`knative/base/${path}`) as PingSource);
    const lines = commands.flatMap((code) => [...code.matchAll(/^ +(?:schedules +)?(\S+(?: \S+){4}) {2}(\S+)$/gm)]);
    assert.deepEqual(
      lines.map(([, schedule, name]) => `${name} ${schedule}`).sort(),
      sources.map(({ metadata, spec }) => `${metadata.name} ${spec.schedule}`).sort(),
    );
  });

  it('names variables that docs/variables.md has, with the same defaults where it has one', () => {
    const all = tableOf(readText('docs/variables.md'), 'Variable', 'Default', 'Meaning');
    const rows = tableOf(sectionOf(readme, '## Settings'), 'Variable', 'Default', 'Meaning');
    assert.ok(rows.length > 5);
    for (const row of rows) {
      const same = all.find((other) => other['Variable'] === row['Variable']);
      assert.ok(same !== undefined, row['Variable']);
      const isFixed = [same, row].some(({ Default = '' }) => /^`|^required$/.test(Default));
      if (isFixed) assert.equal(row['Default'], same['Default'], row['Variable']);
    }
  });
});
