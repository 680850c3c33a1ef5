/** `npm run pictures`: the dashboards as they look in a Grafana, and the laptop's page, for the documents. */
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import type { Browser, Page } from 'playwright-core';

import { launchChromium } from '../support/chromium.ts';
import { root } from '../support/yaml.ts';

const usage = `Usage: npm run pictures -- [--grafana URL] [--account NAME] [--page URL] [--json]

Takes the first screen of each of the five dashboards, in the light and in the dark theme, from a Grafana that has them
(--grafana http://localhost:3000) with an account whose posts are followed (--account), and with --page that of the page of
npm run local. The Grafana's administrator is GRAFANA_ADMIN_USER (admin) and GRAFANA_ADMIN_PASSWORD.
Written are docs/images/NAME-THEME.png, each below 300 KiB: use simulated data only, the pictures are public.
`;

const themes = ['dark', 'light'] as const;
const folder = join(root, 'docs', 'images');
const maxBytes = 300 * 1024;
const size = { width: 1600, height: 1000 };

const { values } = parseArgs({
  options: {
    grafana: { type: 'string' },
    account: { type: 'string', default: '' },
    page: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || (values.grafana === undefined && values.page === undefined)) process.stdout.write(usage);
else await takeAll();

async function takeAll(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const browser = await launchChromium();
  try {
    const taken = [
      ...(values.grafana === undefined ? [] : await takeDashboards(browser, values.grafana)),
      ...(values.page === undefined ? [] : await takePage(browser, values.page)),
    ];
    process.stdout.write(
      values.json ? `${JSON.stringify({ pictures: taken })}\n` : taken.map((file) => `${file}\n`).join(''),
    );
  } finally {
    await browser.close();
  }
}

async function takeDashboards(browser: Browser, grafana: string): Promise<string[]> {
  const context = await browser.newContext({ viewport: size });
  const user = process.env['GRAFANA_ADMIN_USER'] ?? 'admin';
  const password = process.env['GRAFANA_ADMIN_PASSWORD'] ?? '';
  const answer = await context.request.post(new URL('/login', grafana).href, { data: { user, password } });
  if (!answer.ok()) throw new Error(`${grafana} refuses the log-in (${answer.status()}): set GRAFANA_ADMIN_PASSWORD.`);
  const account = encodeURIComponent(values.account);
  const paths = {
    overview: `overview?var-account=${account}&from=now-30d&to=now`,
    posts: `posts?var-account=${account}&from=now-30d&to=now`,
    drivers: `drivers?var-account=${account}&from=now-90d&to=now`,
    compare: 'compare?var-account=$__all&from=now-30d&to=now',
    operations: 'operations?var-account=$__all&from=now-30d&to=now&timezone=utc',
  };
  const taken: string[] = [];
  for (const [name, path] of Object.entries(paths))
    for (const theme of themes) {
      const page = await context.newPage();
      await page.goto(new URL(`/d/twittergraph-${path}&theme=${theme}&kiosk`, grafana).href);
      taken.push(await take(page, `${name}-${theme}`));
    }
  return taken;
}

async function takePage(browser: Browser, url: string): Promise<string[]> {
  const taken: string[] = [];
  for (const theme of themes) {
    const page = await browser.newPage({ viewport: size, colorScheme: theme });
    await page.goto(url);
    taken.push(await take(page, `page-${theme}`, 15_000));
  }
  return taken;
}

/** When nothing has been asked for a while; a page that never stops asking is taken when patience ends. */
async function take(page: Page, name: string, patienceMs = 60_000): Promise<string> {
  let [pending, quietSince] = [0, Date.now()];
  const settle = (): void => {
    pending -= 1;
    quietSince = Date.now();
  };
  page.on('request', () => {
    pending += 1;
  });
  page.on('requestfinished', settle);
  page.on('requestfailed', settle);
  await page.waitForLoadState('load');
  const end = Date.now() + patienceMs;
  while (Date.now() < end && (pending > 0 || Date.now() - quietSince < 2500)) await page.waitForTimeout(200);
  const path = join(folder, `${name}.png`);
  await page.screenshot({ path });
  await page.close();
  const { size: bytes } = statSync(path);
  if (bytes > maxBytes) throw new Error(`${path} has ${bytes} bytes, more than ${maxBytes}.`);
  return `docs/images/${name}.png`;
}
