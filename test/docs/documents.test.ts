import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, it } from 'node:test';

import { readYaml, root } from '../support/yaml.ts';
import type { FuncYaml } from '../deploy/func-rules.ts';
import { anchorsOf, codeBlocks, codeSpans, linkTargets, listFiles, readText } from './markdown.ts';

const documents = listFiles('.').filter((path) => path.endsWith('.md'));
/** Every file and folder, by all the ends of its path: tables leave the folder out that they are about. */
const names = new Set(listFiles('.').flatMap(namesOf));
const packageJson = JSON.parse(readText('package.json')) as { version: string; scripts: Record<string, string> };

for (const document of documents) {
  describe(document, () => {
    const text = readText(document);

    it('links to nothing that is not there', () => {
      const broken = linkTargets(text).filter(
        (target) => !/^https?:/.test(target) && !leadsSomewhere(document, target),
      );
      assert.deepEqual(broken, []);
    });

    it('names no file or folder that is not there', () => {
      const gone = codeSpans(text).filter((span) => isPath(span) && !names.has(span.replace(/\/$/, '')));
      assert.deepEqual(gone, []);
    });

    it('names no npm script that is not there', () => {
      const commands = [...codeSpans(text), ...codeBlocks(text).map(({ code }) => code)].join('\n');
      const scripts = [...commands.matchAll(/npm (?:run (?:--\w+ )?)?([\w:]+)/g)].map(([, name = '']) => name);
      const unknown = scripts.filter((name) => name !== 'ci' && !(name in packageJson.scripts));
      assert.deepEqual(unknown, []);
    });
  });
}

describe('README.md and docs/', () => {
  const pages = documents.filter((path) => path.startsWith('docs/'));
  const texts = ['README.md', ...pages].map(readText);

  it('the README leads to every page of docs/', () => {
    assert.deepEqual(
      pages.filter((page) => !linkTargets(texts[0] ?? '').some((target) => target.split('#')[0] === page)),
      [],
    );
  });

  it('each page of docs/ says first whom it is for', () => {
    for (const page of pages) assert.match(readText(page), /^# .*\n\nFor you (?:if|before) /, page);
  });

  it('call the service by its name', () => {
    const { name } = readYaml('func.yaml') as FuncYaml;
    const hosts = texts.flatMap((text) => [...text.matchAll(/http:\/\/([\w-]+)\.[\w-]+\.svc\.cluster\.local/g)]);
    assert.deepEqual(new Set(hosts.map(([, host]) => host)), new Set([name]));
  });

  it('show transcripts of this version', () => {
    const shown = texts.flatMap((text) => [...text.matchAll(/"version":"([^"]*)"/g)].map(([, version]) => version));
    assert.deepEqual(shown, [packageJson.version]);
  });
});

describe('CHANGELOG.md', () => {
  it('begins with this version, and its version with what is to do', () => {
    const [first = '', second] = [...readText('CHANGELOG.md').matchAll(/^##+ (.*)$/gm)].map(([, heading]) => heading);
    assert.ok(first.includes(packageJson.version), first);
    assert.equal(second, 'To do');
  });
});

describe('LICENSE', () => {
  it('is the one package.json names, in full', () => {
    assert.equal((JSON.parse(readText('package.json')) as { license: string }).license, 'Apache-2.0');
    assert.equal(readText('LICENSE'), readText('node_modules/@google-cloud/functions-framework/LICENSE'));
  });
});

function leadsSomewhere(document: string, target: string): boolean {
  // GitHub's page of a workflow and its badge, from the page of a file at the root.
  const [, workflow] = /^\.\.\/\.\.\/actions\/workflows\/([\w-]+\.yml)(?:\/badge\.svg)?$/.exec(target) ?? [];
  if (workflow !== undefined) return !document.includes('/') && existsSync(join(root, '.github/workflows', workflow));
  const [path = '', anchor] = target.split('#', 2);
  const file = path === '' ? document : normalize(join(dirname(document), path));
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(readText(file)).includes(anchor);
}

/** `a/b/c.ts` and its folders: `a`, `a/b`, `b`, `a/b/c.ts`, `b/c.ts`, `c.ts`. */
function namesOf(path: string): string[] {
  const parts = path.split('/');
  return parts.flatMap((_part, end) =>
    parts.slice(0, end + 1).map((_name, start) => parts.slice(start, end + 1).join('/')),
  );
}

/** Whether a code span is a path of the repository; made-up names, globs, other places and what is built are not. */
function isPath(span: string): boolean {
  if (!/^[\w.-]+(\/[\w.-]+)*\/?$/.test(span) || /^(dist|data|\.cache|\.\.)(\/|$)/.test(span)) return false;
  return span.includes('/') || /\.(ts|mjs|md|yaml|json)$/.test(span);
}
