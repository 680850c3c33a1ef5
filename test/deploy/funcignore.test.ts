import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';

import { root } from '../support/yaml.ts';
import { isIgnored, readIgnorePatterns } from './upload.ts';

describe('.funcignore', () => {
  let patterns: string[] = [];
  before(async () => {
    patterns = await readIgnorePatterns();
  });

  it('has only patterns that pack, s2i and the fingerprint of func understand alike: /name', () => {
    // func takes "/name/" for nothing, s2i finds "name" in the root only, and pack alone knows "**" and "!".
    assert.deepEqual(
      patterns.filter((pattern) => !/^\/[\w.-]+$/.test(pattern)),
      [],
    );
  });

  it('leaves in what the build reads', () => {
    for (const name of ['functions', 'build', 'build.mjs', 'package.json', 'package-lock.json', 'tsconfig.json']) {
      assert.ok(existsSync(join(root, name)), name);
      assert.equal(isIgnored(name, patterns), false, name);
    }
  });

  it('leaves out secrets that a command has left in the wrong folder, as Git does', () => {
    const git = readFileSync(join(root, '.gitignore'), 'utf8').split('\n');
    for (const name of ['.env', 'twittergraph-secrets']) {
      assert.ok(isIgnored(name, patterns), name);
      assert.ok(
        git.some((line) => line.replaceAll(/^\/|\/$/g, '') === name),
        name,
      );
    }
  });

  it('leaves out every other folder', () => {
    const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(
      folders.map(({ name }) => name).filter((name) => !isIgnored(name, patterns)),
      ['build', 'functions'],
    );
  });
});
