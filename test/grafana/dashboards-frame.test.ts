import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { annotationsOf, panelsOf, queriesOf, queryOf, readDashboards, stringsIn } from './dashboard.ts';

const files = readDashboards();
const uids = files.map(({ dashboard }) => dashboard.uid);
/** What Grafana and the plug-in fill in, https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/ */
const macros = /^(__\w+|timeFilter|tag_\w+|col|m)$/;

it('there are the five', () => {
  const names = ['compare', 'drivers', 'operations', 'overview', 'posts'];
  assert.deepEqual(
    files.map(({ name }) => name),
    names,
  );
  assert.deepEqual(
    uids,
    names.map((name) => `twittergraph-${name}`),
  );
  assert.equal(new Set(files.map(({ dashboard }) => dashboard.title)).size, files.length);
});

for (const { name, text, dashboard } of files) {
  const variables = dashboard.templating?.list ?? [];

  describe(`the dashboard ${name}`, () => {
    it('is of the classic format, belongs to no installation and fits a ConfigMap', () => {
      assert.equal(dashboard.schemaVersion, 42);
      assert.ok(!('id' in dashboard) && !('version' in dashboard));
      assert.ok(text.length < 200_000);
    });

    it('has what a reader needs around the panels', () => {
      assert.deepEqual(dashboard.tags, ['twittergraph']);
      assert.match(dashboard.description ?? '', /^[A-Z].*\.$/);
      assert.match(dashboard.refresh ?? '', /^\d+m$/);
      assert.equal(dashboard.time?.to, 'now');
      assert.equal(dashboard.graphTooltip, 1, 'one cursor for all panels');
    });

    it('leads to each of the others with the same range, and with an account only where one is chosen on both sides', () => {
      const links = (dashboard.links ?? []).map(({ type, url = '', keepTime, includeVars }) => ({
        plain: type === 'link' && !keepTime && !includeVars,
        to: /^\/d\/([\w-]+)\?/.exec(url)?.[1],
        account: url.includes('${account:queryparam}&'),
        // The range brings the reader's time zone along: the last one named is the one that counts.
        range: /\$\{__url_time_range\}&timezone=(?:utc|browser)$/.test(url),
      }));
      const others = ['overview', 'posts', 'drivers', 'compare', 'operations'].filter((other) => other !== name);
      const hasOne = (each: string): boolean => !['compare', 'operations'].includes(each);
      assert.deepEqual(
        links,
        others.map((other) => ({
          plain: true,
          to: `twittergraph-${other}`,
          account: hasOne(name) && hasOne(other),
          range: true,
        })),
      );
    });

    it('lets the reader choose accounts by name and asks by what never changes', () => {
      const byName = new Map(variables.map((variable) => [variable.name, variable]));
      const [account, id] = [byName.get('account'), byName.get('user_id')];
      assert.equal(account?.hide, 0);
      assert.ok(id, 'no variable user_id');
      assert.deepEqual([id.hide, id.skipUrlSync, id.multi], [2, true, account.multi]);
      assert.match(queryOf(id), /"username" =~ \/\^\$account\$\/ GROUP BY "username"\)$/);
      for (const { query } of panelsOf(dashboard).flatMap(queriesOf))
        assert.ok(!query.includes('$account'), `a new name would split this: ${query}`);
    });

    it('describes its variables', () => {
      for (const variable of variables) {
        assert.ok(variable.label && variable.description, variable.name);
        if (variable.type === 'query') assert.deepEqual(variable.datasource, { type: 'influxdb', uid: 'influxdb' });
      }
    });

    it('uses no variable that is not there, and none inside quotes, where several values match nothing', () => {
      const known = new Set(variables.map((variable) => variable.name));
      const queries = panelsOf(dashboard).flatMap(queriesOf);
      const texts = [
        ...queries.flatMap(({ query, alias = '' }) => [query, alias]),
        ...annotationsOf(dashboard).flatMap(({ target }) => stringsIn(target)),
        ...variables.map(queryOf),
      ];
      const used = texts.flatMap((each) => [...each.matchAll(/\$\{?(\w+)/g)].map(([, variable = '']) => variable));
      assert.deepEqual(
        used.filter((variable) => !known.has(variable) && !macros.test(variable)),
        [],
      );
      assert.deepEqual(
        texts.filter((each) => /'[^']*\$(?!\{?__)\w+[^']*'/.test(each)),
        [],
      );
    });

    it('reads money from the budget that is stored: not from the ledger, nor from what somebody types in', () => {
      // Whether X answered at all may be read there.
      for (const { query } of panelsOf(dashboard).flatMap(queriesOf))
        if (query.includes('twitter_ledger')) assert.doesNotMatch(query, /microusd|sum\(|\b(?:ids|owned)\b/);
      for (const { name: variable, type } of variables) assert.doesNotMatch(type, /^(?:textbox|constant)$/, variable);
    });

    it('shows the money of one X app at a time, as each has a budget of its own', () => {
      const app = variables.find((variable) => variable.name === 'app');
      assert.ok(!app?.multi && !app?.includeAll);
      const queries = panelsOf(dashboard).flatMap(queriesOf);
      for (const { query } of queries.filter((each) => each.query.includes('twitter_budget')))
        assert.match(query, /FROM "twitter_budget" WHERE "app" =~ \/\^\$app\$\//);
    });

    it('asks for moments relative to the range, never to now', () => {
      for (const { query } of panelsOf(dashboard).flatMap(queriesOf)) assert.doesNotMatch(query, /now\(\)/);
    });

    it('marks posts on panels that are there', () => {
      const ids = new Set(panelsOf(dashboard).map(({ id }) => id));
      for (const { filter } of annotationsOf(dashboard)) assert.ok(filter?.ids.every((id) => ids.has(id)));
    });

    it('links to dashboards that are there', () => {
      const targets = stringsIn(dashboard).flatMap((each) => [...each.matchAll(/^\/d\/([\w-]+)/g)]);
      for (const [, uid] of targets) assert.ok(uids.includes(uid), uid);
    });
  });
}
