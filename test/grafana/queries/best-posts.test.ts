import assert from 'node:assert/strict';
import { it } from 'node:test';

import { panelsOf, readDashboards } from '../dashboard.ts';
import type { Field, Frame } from '../plugin/frames.ts';
import { transform, type Transformation } from './transform.ts';

const columnOf = (name: string, type: Field['type'], values: Field['values']): Field => ({
  name,
  displayName: name,
  type,
  labels: {},
  values,
});
const published = Date.parse('2026-11-28T21:28:05Z');
const ids = ['11', '12', '13'];

/** Two posts of one minute, the better one first, and one from an hour later. */
const answers: readonly { readonly refId: string; readonly frames: readonly Frame[] }[] = [
  {
    refId: 'A',
    frames: [
      {
        name: 'twitter_tweet_published',
        fields: [
          columnOf('Time', 'time', [published, published + 20_000, published + 3_600_000]),
          columnOf('tweet_id', 'string', ids),
          columnOf('url', 'string', ['u11', 'u12', 'u13']),
        ],
      },
    ],
  },
  {
    refId: 'B',
    frames: [
      {
        name: 'twitter_tweet',
        fields: [
          columnOf('Time', 'time', [published, published, published]),
          columnOf('tweet_id', 'string', ids),
          columnOf('impressions', 'number', [267_000, 36_500, 62_300]),
        ],
      },
    ],
  },
];

it('the best posts are all there, the best first, also where two were published in the same minute', async () => {
  const frames = await transform(answers, transformationsOfBestPosts());
  const numbers = frames.flatMap(({ fields }) => fields.filter(({ name }) => name === 'impressions (max)'));
  assert.deepEqual(
    numbers.map(({ values }) => values as readonly number[]),
    [[267_000, 62_300, 36_500]],
  );
});

it('the best posts have no bar without a name where no post was published in the range', async () => {
  assert.deepEqual(await transform(answers.slice(1), transformationsOfBestPosts()), []);
});

function transformationsOfBestPosts(): readonly Transformation[] {
  const panels = readDashboards().flatMap(({ name, dashboard }) => (name === 'posts' ? panelsOf(dashboard) : []));
  return panels.find(({ title }) => title === 'Best posts')?.transformations ?? [];
}
