/** Every query of every dashboard, asked of a real InfluxDB that holds ten weeks written by the product's own code. */
import assert from 'node:assert/strict';
import { before, describe, it, mock } from 'node:test';

import { annotationsOf, type DashboardFile, panelsOf, queriesOf, readDashboards } from '../dashboard.ts';
import { emptyAt } from '../numbers/empty.ts';
import { within } from '../numbers/influxql.ts';
import { money } from '../numbers/money.ts';
import type { TimeRange } from '../plugin/interval.ts';
import { accountNamed, accounts, apps, nameAt, presentName } from '../seed/plan.ts';
import { checkNumbers, type Choice, expectations, viewOf } from './check.ts';
import { idleSettings } from './names.ts';
import { moneyRanges, pastRanges, rangeOf, spans } from './ranges.ts';
import { showAnnotation } from './run.ts';
import { useSeed } from './seeded.ts';
import { optionsOf } from './variables.ts';
import { tooNarrow } from './widths.ts';

const seeded = useSeed();
// Grafana's code warns of a filter over a field that is not there: what is empty is compared below.
before(() => mock.method(console, 'warn', () => undefined));
const files = readDashboards();
const check = (file: DashboardFile, range: TimeRange, choice: Choice = {}): ReturnType<typeof checkNumbers> =>
  checkNumbers(seeded, file, range, choice);

for (const file of files) {
  describe(file.path, () => {
    it('has an expectation for each panel that asks something, and no other', () => {
      const asking = panelsOf(file.dashboard).filter((panel) => queriesOf(panel).length > 0);
      const ids = asking.map(({ id }) => String(id)).sort();
      assert.deepEqual(Object.keys(expectations[file.name] ?? {}).sort(), ids);
    });

    for (const span of spans) {
      it(`shows the right numbers at ${span}, and nothing is empty by mistake`, async () => {
        const all = await check(file, rangeOf(span));
        const without = all.flatMap(([{ id }, { answers }]) =>
          answers.filter(({ frames }) => frames.length === 0).map(({ refId }) => `${id} ${refId}`),
        );
        assert.deepEqual(without.sort(), [...emptyAt(file.name, span)].sort());
      });
    }

    for (const [when, range] of Object.entries(pastRanges)) {
      it(`shows the right numbers at a range that ended ${when}`, async () => {
        await check(file, range);
        await check(file, range, { account: 'data_daily', app: apps[1] });
      });
    }

    it('cuts off no column and no heading of a table on a screen of 1280 pixels', async () => {
      const all = await check(file, rangeOf('30 d'));
      assert.deepEqual(
        all.flatMap(([panel, { frames }]) => tooNarrow(panel, frames).map((name) => `${panel.title}: ${name}`)),
        [],
      );
    });

    it('looks for no column that never exists', async () => {
      // What is said only of a past to compare with, or of an account that X refuses, is there in one of these.
      const looks = [
        await check(file, rangeOf('everything')),
        await check(file, rangeOf('30 d')),
        await check(file, rangeOf('everything'), { account: 'closed_2026' }),
      ];
      const [first = [], ...others] = looks.map((all) =>
        all.flatMap(([panel, { frames, strangers }]) =>
          [...strangers, ...idleSettings(panel, frames)].map((name) => `${panel.id} ${panel.title}: ${name}`),
        ),
      );
      assert.deepEqual(
        first.filter((name) => others.every((missed) => missed.includes(name))),
        [],
      );
    });
  });
}

describe('accounts', () => {
  for (const name of ['overview', 'posts', 'drivers']) {
    for (const account of ['data_daily', 'closed_2026', 'newcomer', 'still_here', 'XDevelopers']) {
      it(`${name} shows the right numbers of ${account}`, async () => {
        for (const span of ['7 d', '30 d', 'everything'] as const)
          await check(fileOf(name), rangeOf(span), { account });
      });
    }
  }

  it('compare shows the right numbers of some', async () => {
    const several = ['data_daily', 'closed_2026', 'XDevelopers'];
    for (const span of ['7 d', 'everything'] as const) await check(fileOf('compare'), rangeOf(span), { several });
    await check(fileOf('compare'), rangeOf('everything'), { several: ['jack'] });
  });

  it('operations shows the right numbers of an app whose name a regular expression would misread', async () => {
    const choice = { app: apps[1], several: ['XDevelopers', 'jack'] };
    for (const span of ['24 h', 'everything'] as const) await check(fileOf('operations'), rangeOf(span), choice);
  });
});

describe('money', () => {
  for (const [when, range] of Object.entries(moneyRanges))
    it(`is shown right to each app at a range that ended ${when}`, async () => {
      const panels = Object.keys(money).map(Number);
      for (const app of apps) await check(fileOf('operations'), range, { app, panels });
    });
});

describe('variables', () => {
  it('offer each account once, by its present name, and every app', async () => {
    const found = new Map<string, readonly string[]>();
    for (const { dashboard } of files) {
      for (const variable of dashboard.templating?.list ?? []) {
        if (variable.name !== 'account' && variable.name !== 'app') continue;
        found.set(variable.name, await optionsOf(seeded.influxd(), variable, rangeOf('everything'), []));
        const wanted = variable.name === 'app' ? [...apps] : accounts.map(presentName);
        assert.deepEqual([...(found.get(variable.name) ?? [])].sort(), wanted.sort(), dashboard.title);
      }
    }
    assert.deepEqual([...found.keys()].sort(), ['account', 'app']);
  });

  it('find the one user_id of an account that was renamed', async () => {
    const { variables } = await viewOf(seeded, fileOf('overview'), rangeOf('30 d'), { account: 'data_daily' });
    assert.equal(variables.find(({ name }) => name === 'user_id')?.value, accountNamed('data_daily').userId);
  });

  it('offer the posts up to the end of the range, newest first, so that a range without one shows the newest before it', async () => {
    const { variables, range } = await viewOf(seeded, fileOf('posts'), rangeOf('6 h'), { account: 'data_daily' });
    const variable = fileOf('posts').dashboard.templating?.list?.find(({ name }) => name === 'post');
    const offered = await optionsOf(seeded.influxd(), variable ?? assert.fail('no variable'), range, variables);
    const published = seeded
      .truth()
      .seed.posts.filter(({ account, time }) => account === accountNamed('data_daily') && time <= range.to);
    const newest = published.toSorted((a, b) => b.time - a.time);
    assert.deepEqual(
      offered,
      newest.map(({ id }) => id),
    );
  });
});

describe('annotations', () => {
  for (const account of ['jack', 'data_daily']) {
    it(`mark each post of ${account} where it was published, with its link`, async () => {
      const events = await annotationEvents('overview', account);
      const published = within(seeded.truth().seed.posts, rangeOf('everything')).filter(
        (post) => post.account === accountNamed(account) && post.readings.length > 0,
      );
      const wanted = published
        .toSorted((a, b) => a.time - b.time)
        .map(({ id, time, account: author, readings }) => {
          const username = nameAt(author, readings.at(-1)?.time ?? NaN);
          return { time, title: username, text: `https://x.com/${username}/status/${id}`, tags: [] };
        });
      assert.deepEqual(events, wanted);
    });
  }

  async function annotationEvents(name: string, account: string): Promise<unknown> {
    const file = fileOf(name);
    const [annotation, ...others] = annotationsOf(file.dashboard);
    assert.deepEqual(others, []);
    return showAnnotation(
      await viewOf(seeded, file, rangeOf('everything'), { account }),
      annotation ?? assert.fail('no annotation'),
    );
  }
});

function fileOf(name: string): DashboardFile {
  return files.find((file) => file.name === name) ?? assert.fail(`no dashboard ${name}`);
}
