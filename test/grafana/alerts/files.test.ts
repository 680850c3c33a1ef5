/** What the alert rules' file promises, apart from when they fire. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { REASONS } from '../../../functions/failure.ts';
import { root } from '../../support/yaml.ts';
import { panelsOf, readDashboards } from '../dashboard.ts';
import { parseMath, variablesOf } from '../expressions/parse.ts';
import { durationMs } from '../plugin/interval.ts';
import { readRuleGroups, type Rule } from './rule.ts';

const groups = readRuleGroups();
const rules = groups.flatMap((group) => group.rules);
const dashboards = readDashboards().map(({ dashboard }) => dashboard);

test('all rules lie in one folder, under names of their own that never change', () => {
  assert.deepEqual([...new Set(groups.map(({ folder }) => folder))], ['Twitter alerts']);
  assert.deepEqual([...new Set(groups.map(({ orgId }) => orgId))], [1]);
  assert.deepEqual(
    rules.map(({ uid }) => uid),
    [
      'twittergraph-no-fresh-data',
      'twittergraph-collector-failing',
      'twittergraph-account-missing',
      'twittergraph-budget',
      'twittergraph-budget-below-zero',
      'twittergraph-budget-held',
      'twittergraph-latch',
      'twittergraph-followers-unusual',
      'twittergraph-milestone',
      'twittergraph-taking-off',
      'twittergraph-results-wait',
      'twittergraph-no-backup',
    ],
  );
  assert.equal(new Set(rules.map(({ title }) => title)).size, rules.length);
});

for (const rule of rules) {
  test(`${rule.uid} points to a panel that exists, has a severity, and says what to do`, () => {
    const dashboard = dashboards.find(({ uid }) => uid === rule.dashboardUid);
    assert.ok(dashboard !== undefined && panelsOf(dashboard).some(({ id }) => id === rule.panelId));
    assert.match(rule.labels['severity'] ?? '', /^(?:critical|warning|info)$/);
    const { __dashboardUid__: uid, __panelId__: panel, link = '', ...texts } = rule.annotations;
    // Only these make links to the panel in a message; the two fields of the rule do not.
    assert.deepEqual([uid, panel], [rule.dashboardUid, String(rule.panelId)]);
    assert.ok(link.startsWith(`{{ externalURL }}d/${rule.dashboardUid}`), link);
    assert.deepEqual(Object.keys(texts).sort(), ['description', 'summary']);
    assert.deepEqual(unknownNames(rule), []);
  });

  test(`${rule.uid} has nodes that are all used, each under its own refId, the last of them its condition`, () => {
    const refIds = rule.data.map(({ refId }) => refId);
    assert.equal(new Set(refIds).size, refIds.length);
    assert.deepEqual(
      rule.data.map(({ model }) => model['refId']),
      refIds,
    );
    assert.equal(refIds.at(-1), rule.condition);
    const used = new Set([rule.condition, ...rule.data.flatMap(inputsOf)]);
    assert.deepEqual([...used].sort(), [...refIds].sort());
    for (const { datasourceUid } of rule.data) assert.match(datasourceUid, /^(?:influxdb|__expr__)$/);
  });

  test(`${rule.uid} has nothing that Grafana would replace, but in its queries, expressions and annotations`, () => {
    const { data, annotations, ...others } = rule;
    assert.doesNotMatch(JSON.stringify(others), /\$/);
    for (const text of Object.values(annotations)) assert.doesNotMatch(text, /\$\{|\$\$/);
    for (const { model } of data) {
      const { query } = model;
      if (typeof query === 'string') assert.doesNotMatch(query.replaceAll('$timeFilter', ''), /\$|\[\[|now\(/);
    }
  });

  test(`${rule.uid} is pending for whole evaluations`, () => {
    assert.equal((rule.for === '0s' ? 0 : durationMs(rule.for)) % durationMs(groups[0]?.interval ?? ''), 0);
  });
}

test('money is read from the budget of each app, never from the ledger, and judged by its share of that budget', () => {
  const nodes = (rule: Rule): string[] => rule.data.map(({ model }) => JSON.stringify(model));
  // Whether X answered at all may be read there.
  for (const rule of rules)
    for (const node of nodes(rule).filter((each) => each.includes('twitter_ledger')))
      assert.doesNotMatch(node, /microusd|sum\(|\b(?:ids|owned)\b/, rule.uid);
  const aboutMoney = rules.filter((rule) => nodes(rule).some((node) => node.includes('microusd')));
  assert.equal(aboutMoney.length, 3);
  for (const { uid, data, condition } of aboutMoney) {
    const queries = data.flatMap(({ model }) => (typeof model['query'] === 'string' ? [model['query']] : []));
    for (const query of queries) assert.match(query, /FROM "twitter_budget" .*GROUP BY time\(1d\), "app" /, uid);
    const judged = data.find(({ refId }) => refId === condition)?.model['expression'];
    const share = data.find(({ refId }) => refId === judged)?.model['expression'];
    assert.match(String(share), / \/ \$limit\b/, uid);
  }
});

test('the README has every rule with its severity', () => {
  const text = readFileSync(join(root, 'grafana', 'README.md'), 'utf8');
  const rows = [...text.matchAll(/^\| (.+?) +\|.*\| (critical|warning|info) +\|$/gm)].map(([, title, severity]) => ({
    title,
    severity,
  }));
  assert.deepEqual(
    rows,
    rules.map(({ title, labels }) => ({ title, severity: labels['severity'] })),
  );
});

/** What a query, an expression or a condition takes from others. */
function inputsOf({ model }: Rule['data'][number]): string[] {
  const expression = model['expression'];
  if (typeof expression !== 'string') return [];
  return model['type'] === 'math' ? variablesOf(parseMath(expression)) : [expression];
}

/** Panels, dashboards and rules in quotation marks, and reasons for failures, that a description names and that are not there. */
function unknownNames({ annotations }: Rule): string[] {
  const text = (annotations['description'] ?? '').replace(/\{\{.*?\}\}/g, '');
  const titles = new Set([
    ...dashboards.flatMap((dashboard) => [dashboard.title, ...panelsOf(dashboard).map(({ title }) => title)]),
    ...rules.map(({ title }) => title),
  ]);
  const quoted = [...text.matchAll(/"([A-Z][^"]*)"/g)].map(([, name]) => name ?? '');
  const reasons = [...text.matchAll(/(?<![\w-])[a-z]+_[a-z]+(?![\w-])/g)].map(([name]) => name);
  return [
    ...quoted.filter((name) => !titles.has(name)),
    ...reasons.filter((name) => !REASONS.some((reason) => reason === name)),
  ];
}
