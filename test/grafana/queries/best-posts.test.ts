import assert from 'node:assert/strict';
import { it } from 'node:test';

import { panelsOf, readDashboards } from '../dashboard.ts';
import type { Series } from '../plugin/ask.ts';
import { toFrames } from '../plugin/frames.ts';
import { type Answer, transform, type Transformation } from './transform.ts';

const published = Date.parse('2026-11-28T21:28:05Z');
const table = { resultFormat: 'table', intervalMs: 60_000 };

/** Two posts of one minute, the better one first, and one from an hour later. */
const answers: readonly Answer[] = [
  {
    refId: 'A',
    frames: toFrames(
      [
        {
          name: 'twitter_tweet_published',
          columns: ['time', 'tweet_id', 'url'],
          values: [
            [published, '11', 'u11'],
            [published + 20_000, '12', 'u12'],
            [published + 3_600_000, '13', 'u13'],
          ],
        },
      ],
      table,
    ),
  },
  {
    refId: 'B',
    frames: toFrames([seenOf('11', 267_000), seenOf('12', 36_500), seenOf('13', 62_300)], table),
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

/** What InfluxDB answers about one post's impressions. */
function seenOf(id: string, impressions: number): Series {
  const tags = { tweet_id: id };
  return { name: 'twitter_tweet', tags, columns: ['time', 'impressions'], values: [[published, impressions]] };
}

function transformationsOfBestPosts(): readonly Transformation[] {
  const panels = readDashboards().flatMap(({ name, dashboard }) => (name === 'posts' ? panelsOf(dashboard) : []));
  return panels.find(({ title }) => title === 'Best posts')?.transformations ?? [];
}
