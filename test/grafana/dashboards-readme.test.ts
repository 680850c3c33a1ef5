import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { readText, sectionOf, tableOf } from '../docs/markdown.ts';
import { panelsOf, readDashboards } from './dashboard.ts';

const readme = readText('grafana/dashboards/README.md');

describe('grafana/dashboards/README.md', () => {
  it('names the dashboards', () => {
    const titles = readDashboards().map(({ dashboard }) => dashboard.title);
    const headings = [...sectionOf(readme, '## The panels').matchAll(/^### (.*)$/gm)].map(([, title]) => title);
    assert.deepEqual(headings.sort(), titles.sort());
  });

  for (const { name, dashboard } of readDashboards()) {
    const section = sectionOf(readme, `### ${String(dashboard.title)}`);

    it(`says of ${name} what it says of itself`, () => {
      const said = `\`${name}.json\`, uid \`${String(dashboard.uid)}\`. ${String(dashboard.description)}`;
      assert.ok(section.replaceAll('\n', ' ').includes(said), said);
    });

    it(`lists the panels of ${name} with their ids and sentences`, () => {
      const listed = tableOf(section, 'Id', 'Panel', 'What it shows').map((row) => Object.values(row));
      const panels = panelsOf(dashboard).map(({ id, title, description }) => [String(id), title, description]);
      const byId = (a: readonly unknown[], b: readonly unknown[]): number => Number(a[0]) - Number(b[0]);
      assert.deepEqual(listed, panels.sort(byId));
    });
  }
});
