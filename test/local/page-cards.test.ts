import assert from 'node:assert/strict';
import { after, before, describe, test, type TestContext } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { readText } from '../docs/markdown.ts';
import { launchChromium } from '../support/chromium.ts';
import { type Fixture, makeDay, makeHistory, startFixture } from './page-fixture.ts';
import { listCutTexts, listFaintTexts } from './page-probes.ts';

const dayMs = 86_400_000;

describe('what the page shows beside followers', () => {
  let browser: Browser;
  before(async () => {
    browser = await launchChromium();
  });
  after(() => browser.close());

  async function open(context: TestContext, fixture: Fixture, options = {}): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 }, timezoneId: 'UTC', ...options });
    context.after(() => page.close());
    await page.goto(fixture.page.url);
    await page.locator('#connection.live').waitFor();
    return page;
  }

  test('posts are named by time and account, with their reach, and never by id', async (context) => {
    const page = await open(context, await startFixture(context, makeDay(Date.now())));
    const rows = await page.locator('#posts tbody tr').allInnerTexts();
    assert.equal(rows.length, 12);
    assert.match(rows[0] ?? '', /\d\d:\d\d(:\d\d)?\s+@jack_renamed\s+–\s+–$/);
    assert.match(rows[1] ?? '', /@jack_renamed\s+12,345\s+67$/);
    assert.match(rows[3] ?? '', /@jack_renamed\s+–\s+0$/);
    assert.doesNotMatch(await page.locator('main').innerText(), /90\d\d/);
  });

  test('money is spent, held, set aside and left of the budget; an unknown amount is a dash', async (context) => {
    const nowMs = Date.now();
    const fixture = await startFixture(context, makeDay(nowMs));
    const page = await open(context, fixture);
    const amounts = page.locator('#money .amount');
    assert.deepEqual(await amounts.allInnerTexts(), ['$0.345', '$0.02', '$0.00', '$0.635']);
    assert.match(await page.locator('#money').innerText(), /of \$1\.00, the day’s budget[^]*Nothing is paid here/);
    fixture.about.simulated = false;
    await fixture.write([`twitter_budget,app=third spent_microusd=5000i,left_microusd=-2000000i ${nowMs}`]);
    fixture.page.refresh();
    await page.getByRole('heading', { name: 'third' }).waitFor();
    assert.deepEqual((await amounts.allInnerTexts()).slice(4), ['$0.005', '–', '–', '−$2.00']);
    assert.doesNotMatch(await page.locator('#money').innerText(), /Nothing is paid/);
  });

  test('the daily summary names its day in the time zone of the days', async (context) => {
    const midnightMs = Date.now() - (Date.now() % dayMs);
    const fixture = await startFixture(context, makeDay(Date.now()));
    const page = await open(context, fixture, { timezoneId: 'America/New_York' });
    const day = new Date(midnightMs - dayMs);
    const number = day.getUTCDate();
    const title = await page.locator('#summary-title').innerText();
    assert.match(title, new RegExp(`^Daily summary: [A-Z][a-z]+day ${number} [A-Z][a-z]+$`));
    const rows = await page.locator('#summary tbody tr').allInnerTexts();
    assert.deepEqual(
      rows.map((row) => row.split(/\s+/)),
      [
        ['@jack_renamed', '+88', '2', '+4,321'],
        ['@shop', '−3', '–', '–'],
        ['@young', '–', '–', '–'],
      ],
    );
  });

  test('before the first run it says what comes', async (context) => {
    const page = await open(context, await startFixture(context));
    assert.equal(await page.locator('#posts').innerText(), 'No post read yet.');
    assert.match(await page.locator('#money').innerText(), /^No run yet today/);
    assert.match(
      await page.locator('#summary').innerText(),
      /^None yet\. It comes when a day is over \(midnight, UTC\)/,
    );
    assert.doesNotMatch(await page.locator('main').innerText(), /\$/);
  });

  test('it names the commands that the documents have, and the real account only while X is simulated', async (context) => {
    const fixture = await startFixture(context);
    const page = await open(context, fixture);
    const [real = '', cluster = '', ...others] = await page.locator('pre:visible').allInnerTexts();
    assert.deepEqual(others, []);
    assert.match(real, / npm run local$/);
    assert.ok(readText('local/README.md').includes(`\`${real}\``), real);
    assert.match(cluster, /deploy/);
    for (const path of ['README.md', 'docs/deploying.md'])
      assert.ok(readText(path).split('\n').includes(cluster), `${path}: ${cluster}`);
    assert.match(readText('README.md'), /^## Deploy it$/m);
    fixture.about.simulated = false;
    fixture.page.refresh();
    await page.locator('#next-real').waitFor({ state: 'hidden' });
    assert.deepEqual(await page.locator('pre:visible').allInnerTexts(), [cluster]);
  });

  for (const width of [390, 1280]) {
    test(`at ${width} px every text is whole and readable, light and dark`, async (context) => {
      const fixture = await startFixture(context, [...makeHistory(Date.now()), ...makeDay(Date.now())]);
      const page = await open(context, fixture, { viewport: { width, height: 900 } });
      await page.locator('#summary tbody tr').first().waitFor();
      assert.equal(await page.evaluate('document.documentElement.scrollWidth'), width);
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await listFaintTexts(page), [], colorScheme);
        assert.deepEqual(await listCutTexts(page), [], colorScheme);
      }
    });
  }
});
