import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** An environment without anything of twittergraph. */
export const nothing = { CONFIG_DIR: '/nonexistent' };
/** One with a bearer token. */
export const bearer = { ...nothing, TWITTER_BEARER_TOKEN: 'bearer-marker' };

/** A folder with one PingSource for each of these schedules. */
export function writeSchedules(t: TestContext, schedules: readonly (readonly [cron: string, data: string])[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'twittergraph-cost-'));
  t.after(() => {
    rmSync(folder, { recursive: true });
  });
  schedules.forEach(([cron, data], index) => {
    const spec = `spec: {schedule: '${cron}', contentType: application/json, data: '${data}'}`;
    writeFileSync(join(folder, `${index}.yaml`), `kind: PingSource\nmetadata: {name: source-${index}}\n${spec}\n`);
  });
  return folder;
}
