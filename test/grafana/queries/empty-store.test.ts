/** What every panel does with a store that holds nothing yet, and with one that holds the first run alone. */
import assert from 'node:assert/strict';
import { after, before, describe, it, mock } from 'node:test';

import { type Influxd, startInfluxd } from '../../support/influxd.ts';
import { writeLines } from '../../support/write-lines.ts';
import { panelsOf, queriesOf, readDashboards } from '../dashboard.ts';
import { grafana } from '../plugin/grafana.ts';
import { showPanel, type View } from './run.ts';
import { resolveVariables } from './variables.ts';

const minuteMs = 60_000;
const end = Date.parse('2026-11-28T12:00:00Z');
const range = { from: end - 30 * 1440 * minuteMs, to: end };
/** A run of each collector, with a post that is older than the range and no post in it. */
const firstRun = [
  `twitter_user,user_id=12,username=jack followers_count=5i,following_count=1i,listed_count=0i,like_count=3i,tweet_count=2i ${end - 20 * minuteMs}`,
  `twitter_tweet,user_id=12,username=jack,tweet_id=20 impression_count=7i,like_count=1i,retweet_count=0i,reply_count=0i,quote_count=0i,bookmark_count=0i ${end - 13 * minuteMs}`,
  `twitter_collector_run,app=default,collector=user success=1i,duration_ms=200i,points=1i,accounts=1i,accounts_missing=0i,requests=1i,resources=1i ${end - 20 * minuteMs}`,
];

let server: Influxd | undefined;
before(async () => {
  // Grafana's code warns of a filter over a field that is not there.
  mock.method(console, 'warn', () => undefined);
  server = await startInfluxd();
});
after(() => server?.close());

for (const [store, lines] of [
  ['an empty store', []],
  ['a store with the first run', firstRun],
] as const)
  describe(store, () => {
    before(() => (lines.length > 0 ? writeLines(server ?? assert.fail(), lines) : undefined));

    for (const { name, dashboard } of readDashboards()) {
      const viewOf = async (): Promise<View> => {
        const influxd = server ?? assert.fail();
        return { influxd, range, variables: await resolveVariables(influxd, dashboard, range) };
      };

      it(`breaks no transformation of ${name}`, async () => {
        const view = await viewOf();
        for (const panel of panelsOf(dashboard).filter((each) => queriesOf(each).length > 0))
          await assert.doesNotReject(showPanel(view, panel), `${panel.id} ${panel.title}`);
      });

      for (const panel of panelsOf(dashboard).filter(({ type }) => type === 'trend'))
        // Without a number for its x a trend says "Unable to find field" in place of the panel's own words.
        it(`leaves ${name}'s "${panel.title}" its x, so that it can say what is missing`, async () => {
          const { frames } = await showPanel(await viewOf(), panel);
          const x = (panel.options as { xField?: string }).xField;
          const found = frames[0]?.fields.find(
            (field) =>
              field.type === grafana.FieldType.number && (x === undefined || grafana.getFieldDisplayName(field) === x),
          );
          assert.equal(frames.length, 1);
          assert.ok(found);
          assert.deepEqual(found.values, []);
        });
    }
  });
