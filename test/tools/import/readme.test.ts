import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseUsd } from '../../../functions/billing/price.ts';
import { FIELD_OF } from '../../../tools/import/convert.ts';
import { HELP } from '../../../tools/import/options.ts';
import { configOf } from '../../functions/fixtures.ts';
import { codeBlocks, codeSpans, listFiles, readText, sectionOf, tableOf, unquote } from '../../docs/markdown.ts';
import { importIn, linesOf, readingOf, rowsIn, startWorld } from './ancestor.ts';

const readme = readText('tools/import/README.md');

test('the README says of each measurement what it becomes', () => {
  const rows = tableOf(sectionOf(readme, '## What becomes of what'), 'There, field `value`, tag `user`');
  assert.deepEqual(
    rows.map((row) => Object.values(row).map(unquote)),
    Object.entries(FIELD_OF),
  );
});

test('it names options that there are, and the price the function takes', () => {
  const commands = codeBlocks(readme).filter(({ language }) => language === 'sh');
  const text = [...codeSpans(readme), ...commands.map(({ code }) => code)].filter(
    (part) => !part.startsWith('influx '),
  );
  const options = [...text.join(' ').matchAll(/ (--[a-z][\w-]*)/g)].map(([, option = '']) => option);
  const known = [...HELP.matchAll(/--[a-z][\w-]*/g)].map(([option]) => option);
  assert.ok(options.length > 3);
  assert.deepEqual(
    options.filter((option) => !known.includes(option) && option !== '--silent'),
    [],
  );
  const [, price = ''] = /a profile at \$([\d.]+)/.exec(readme) ?? [];
  assert.equal(parseUsd(price), configOf().prices.user);
});

test('it lists every file', () => {
  const listed = tableOf(readme, 'File').flatMap((row) => codeSpans(Object.values(row).join(' ')));
  assert.deepEqual(
    listed.sort(),
    listFiles('tools/import')
      .filter((file) => file.endsWith('.ts'))
      .sort(),
  );
});

test('its transcript, its way to check and its way back are those of a real import', async (t) => {
  const start = 1_547_479_800;
  const world = await startWorld(t, linesOf(readingOf('jack', start)));
  const { out } = await importIn(world, '--map', 'jack=12');
  const columns = /^user .*$/m;
  const wordsOf = (text: string): string[] | undefined => columns.exec(text)?.[0].split(/ {2,}/);
  assert.deepEqual(wordsOf(readme), wordsOf(out));
  const statements = codeBlocks(readme).flatMap(({ language, code }) =>
    language === 'sql' ? code.trim().split('\n') : [],
  );
  const [countThere = '', countHere = '', undo = ''] = statements;
  assert.equal(statements.length, 3);
  const there = await rowsIn(
    world.source,
    countThere.replace(/FROM (.*) WHERE/, (_, names: string) => {
      return `FROM ${names
        .split(', ')
        .map((name) => `"${world.database}".."${name}"`)
        .join(', ')} WHERE`;
    }),
  );
  assert.deepEqual(
    there.map((row) => row['count']),
    [1, 1, 1, 1, 1],
  );
  const [here] = await rowsIn(world.target, countHere);
  assert.equal(here?.['count_following_count'], 1);
  await world.target.query(undo);
  assert.deepEqual(await rowsIn(world.target, 'SELECT * FROM "twitter_user"'), []);
});
