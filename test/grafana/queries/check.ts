import assert from 'node:assert/strict';
import type { Panel } from '@grafana/schema';

import { type DashboardFile, panelsOf, queriesOf } from '../dashboard.ts';
import { compare } from '../numbers/compare.ts';
import { drivers } from '../numbers/drivers.ts';
import type { Expectation, Look } from '../numbers/look.ts';
import { operations } from '../numbers/operations.ts';
import { overview } from '../numbers/overview.ts';
import { posts } from '../numbers/posts.ts';
import { assertShown } from '../numbers/shown.ts';
import type { TimeRange } from '../plugin/interval.ts';
import { accountNamed, accounts, apps } from '../seed/plan.ts';
import { panelInterval, showPanel, type Shown, type View } from './run.ts';
import type { Seeded } from './seeded.ts';
import { type Choices, resolveVariables } from './variables.ts';

/** What each panel must show, by the dashboard and the panel's id. */
export const expectations: Readonly<Record<string, Readonly<Record<number, Expectation>>>> = {
  overview,
  posts,
  drivers,
  compare,
  operations,
};

/** What is looked at: `jack`, all accounts where several can be chosen, and the first app unless said. */
export interface Choice {
  readonly account?: string;
  readonly several?: readonly string[];
  readonly app?: string;
  /** All unless said. */
  readonly panels?: readonly number[];
}

/** Variables that one value is chosen of, those that several are, and none that a dashboard does not have. */
function choicesFor({ dashboard }: DashboardFile, { account = 'jack', several, app = apps[0] }: Choice): Choices {
  const variables = dashboard.templating?.list ?? [];
  const isMulti = variables.some(({ name, multi }) => name === 'account' && multi === true);
  const chosen = isMulti ? several : account;
  return {
    ...(chosen !== undefined && { account: chosen }),
    ...(variables.some(({ name }) => name === 'app') && { app }),
  };
}

/** A dashboard with its variables filled in. Throws for a choice that its variables do not offer. */
export async function viewOf(seeded: Seeded, file: DashboardFile, range: TimeRange, choice: Choice): Promise<View> {
  const influxd = seeded.influxd();
  const variables = await resolveVariables(influxd, file.dashboard, range, choicesFor(file, choice));
  return { influxd, range, variables };
}

function lookOf(
  { truth }: Seeded,
  view: View,
  panel: Panel,
  { account = 'jack', several, app = apps[0] }: Choice,
): Look {
  const { range, variables } = view;
  const postId = variables.find(({ name }) => name === 'post')?.value;
  return {
    truth: truth(),
    account: accountNamed(account),
    chosen: several?.map(accountNamed) ?? accounts,
    app,
    post: truth().seed.posts.find(({ id }) => id === postId),
    range,
    intervalMs: panelInterval(range, panel),
  };
}

/** Asks everything that a dashboard shows, and compares each number with what the seed says. Returns the panels. */
export async function checkNumbers(
  seeded: Seeded,
  file: DashboardFile,
  range: TimeRange,
  choice: Choice,
): Promise<[Panel, Shown][]> {
  const view = await viewOf(seeded, file, range, choice);
  const all: [Panel, Shown][] = [];
  const isAsked = ({ id = NaN }: Panel): boolean => choice.panels?.includes(id) ?? true;
  for (const panel of panelsOf(file.dashboard).filter((each) => queriesOf(each).length > 0 && isAsked(each))) {
    const shown = await showPanel(view, panel);
    const expectation = expectations[file.name]?.[panel.id ?? NaN];
    const where = `${file.name} ${panel.id}, "${panel.title}", to ${new Date(range.to).toISOString()}`;
    assertShown(shown.frames, expectation?.(lookOf(seeded, view, panel, choice)) ?? assert.fail(where), where);
    all.push([panel, shown]);
  }
  return all;
}
