import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '../support/chromium.ts';
import { type Fixture, hostileDetail, makeHistory, startFixture } from './page-fixture.ts';
import { countSeriesPixels, listFaintTexts, waitForSeries } from './page-probes.ts';

describe('the chart page in a browser', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());

  async function open(context: TestContext, fixture: Fixture, options = {}, path = ''): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, ...options });
    context.after(() => page.close());
    await page.goto(fixture.page.url + path);
    await page.locator('#connection.live').waitFor();
    return page;
  }

  test('draws a line per account and fills the tables, with nothing from elsewhere', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    context.after(() => page.close());
    const requested: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => requested.push(new URL(request.url()).origin));
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(fixture.page.url);
    await page.locator('#runs tbody tr').first().waitFor();
    for (const series of [1, 2]) await waitForSeries(page, series, 300);
    assert.equal(await countSeriesPixels(page, 3), 0);
    const accounts = await page.locator('#accounts tbody tr').allInnerTexts();
    assert.match(accounts[0] ?? '', /@jack_renamed\s+1,010,920\s+\+4\d\d$/);
    assert.match(accounts[1] ?? '', /@shop\s+49\d\s+(0|[+−]\d)$/);
    assert.match(
      (await page.locator('#runs tbody tr').allInnerTexts()).join('|'),
      /tweet\s+failed\s+2 \(1 missing\)\s+2\s+1\s+1\.4 s\|.*user\s+success/,
    );
    assert.equal(await page.locator('#simulated').innerText(), 'Simulated X: time runs 60 times faster');
    assert.match(await page.locator('#facts').innerText(), /users in 10 min[^]*data\/twittergraph\.lp/);
    assert.deepEqual([...new Set(requested)], [fixture.page.url]);
    assert.deepEqual(complaints, []);
  });

  test('a failure’s detail is shown as it stands', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await open(context, fixture);
    const cells = await page.locator('#failures tbody tr').first().locator('td').allTextContents();
    assert.deepEqual(cells.slice(1), ['user', '@ghost', 'unknown account', hostileDetail]);
    assert.equal(await page.locator('#failures :is(img, b)').count(), 0);
    assert.equal(await page.title(), 'twittergraph');
  });

  test('a new point appears without a reload', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now() - 60_000));
    const page = await open(context, fixture);
    await page.evaluate('window.marker = 1');
    await fixture.write([
      `twitter_user,user_id=12,username=jack_renamed followers_count=2000000i ${Date.now() - 1000}`,
    ]);
    fixture.page.refresh();
    // Sooner than the page would have looked by itself.
    await page.getByText('2,000,000').waitFor({ timeout: 15_000 });
    await page.locator('#chart canvas').waitFor();
    assert.match(await page.locator('#accounts tbody tr').first().innerText(), /\+989,\d{3}/);
    assert.equal(await page.evaluate('window.marker'), 1);
  });

  test('says so before the first point, and draws when it comes', async (context) => {
    const fixture = await startFixture(context);
    const page = await open(context, fixture);
    const text = 'No follower count yet.\n\nThe next event, “users”, comes in 10 min.';
    assert.equal(await page.locator('#empty').innerText(), text);
    await fixture.write([`twitter_user,user_id=12,username=jack followers_count=7i ${Date.now() - 1000}`]);
    fixture.page.refresh();
    await page.getByRole('button', { name: '@jack' }).waitFor();
    assert.equal(await page.locator('#empty').isVisible(), false);
    await waitForSeries(page, 1, 10);
  });

  test('a store that is away is said once where the user looks, and gone when it is back', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await open(context, fixture);
    await fixture.store.close();
    fixture.page.refresh();
    const problem = page.getByRole('alert').getByText('does not answer (connection refused)');
    await problem.waitFor();
    assert.equal(await page.locator('#problems p').count(), 1);
    assert.equal(await page.locator('#connection.live').count(), 0);
    assert.equal(await page.locator('#accounts tbody tr').count(), 2);
    await fixture.restartStore();
    await page.locator('#connection.live').waitFor();
    assert.equal(await page.locator('#problems p').count(), 0);
  });

  test('a function that does not answer, or answers an error, is said', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await open(context, fixture);
    const event = { name: 'users', at: new Date().toISOString(), durationMs: 5 };
    const cases: [status: number, text: RegExp | undefined][] = [
      [0, /did not answer the event “users”/],
      [503, /answered the event “users” with 503\. It is worth trying again/],
      [422, /with 422\. Trying again will not help/],
      [204, undefined],
    ];
    for (const [status, text] of cases) {
      fixture.about.lastEvent = { ...event, status };
      fixture.page.refresh();
      if (text === undefined) await page.locator('#problems p').waitFor({ state: 'detached' });
      else await page.getByRole('alert').getByText(text).waitFor();
    }
  });

  test('range and mode are switched by keyboard and kept in the address', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await open(context, fixture);
    await page.getByRole('radio', { name: '1 h', exact: true }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByText('Followers gained or lost in the last 24 hours').waitFor();
    await page.getByRole('radio', { name: 'Followers' }).focus();
    await page.keyboard.press('Space');
    await page.getByText('Followers in the last 24 hours, logarithmic scale').waitFor();
    await page.reload();
    await page.getByText('Followers in the last 24 hours, logarithmic scale').waitFor();
  });

  test('an account’s button hides and shows its line and keeps the focus', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await open(context, fixture);
    const button = page.getByRole('button', { name: '@jack_renamed' });
    await button.focus();
    for (const isShown of [false, true]) {
      await page.keyboard.press('Space');
      assert.equal(await button.getAttribute('aria-pressed'), String(isShown));
      assert.equal((await countSeriesPixels(page, 1)) > 0, isShown);
    }
    assert.equal(await page.locator('button:focus').innerText(), '@jack_renamed');
  });

  test('follows the colour scheme without a reload; every text is readable in both', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    const page = await open(context, fixture);
    fixture.about.lastEvent = { name: 'users', at: new Date().toISOString(), status: 0, durationMs: 5 };
    fixture.page.refresh();
    await page.locator('#problems p').waitFor();
    const grounds = new Set<unknown>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      grounds.add(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      await waitForSeries(page, 1, 300);
      assert.deepEqual(await listFaintTexts(page), [], colorScheme);
    }
    assert.equal(grounds.size, 2);
  });

  test('fits a phone: nothing to scroll sideways, targets for a thumb', async (context) => {
    const fixture = await startFixture(context, makeHistory(Date.now()));
    fixture.about.store = `InfluxDB at http://${'long-name.'.repeat(12)}example:8086`;
    const page = await open(context, fixture, {
      viewport: { width: 360, height: 800 },
      isMobile: true,
      hasTouch: true,
    });
    await page.locator('#failures tbody tr').first().waitFor();
    assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
    for (const target of await page.locator('.switch label, .accounts button').all()) {
      assert.ok(((await target.boundingBox())?.height ?? 0) >= 44, await target.innerText());
    }
    assert.equal(await page.getByRole('table').count(), 3);
    assert.ok((await page.getByRole('cell').count()) > 20);
  });
});
