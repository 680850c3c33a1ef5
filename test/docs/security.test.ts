import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { codeSpans, listFiles, readText, tableOf } from './markdown.ts';

describe('the promises of SECURITY.md', () => {
  const text = readText('SECURITY.md');
  const tests = listFiles('test').map((path) => `test/${path}`);
  const sections = text.split(/^(?=## )/m).filter((section) => section.includes('| Promise'));
  const rows = sections.flatMap((section) => tableOf(section, 'Promise', 'Test'));

  it('are made of each of the five threats', () => {
    assert.deepEqual(
      sections.map((section) => section.split('\n')[0]),
      [
        '## Who may call what',
        '## What a leaked secret can do',
        '## A hostile answer of X, or of a proxy on the way',
        '## Someone who can write to the database',
        '## Anyone in the cluster',
      ],
    );
  });

  it('each name the test that keeps them, and nothing else', () => {
    assert.ok(rows.length > 20);
    for (const row of rows) {
      const named = codeSpans(row['Test'] ?? '');
      assert.ok(named.length > 0, row['Promise']);
      assert.equal(row['Test'], named.map((name) => `\`${name}\``).join(', '), row['Promise']);
      for (const name of named) assert.ok(name.endsWith('.test.ts') && tests.includes(name), name);
    }
  });
});
