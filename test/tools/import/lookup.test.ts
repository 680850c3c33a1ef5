import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { type BillingX, startBillingX } from '../../support/billing-x.ts';
import { factsOf, importIn, linesOf, readingOf, type Row, rowsIn, startWorld, type World, start } from './ancestor.ts';

const names = ['nasa', 'Jack', 'suspended_sam', "it's no name"];

/** A source with these users, an X that knows two of them, and a twittergraph that watches others. */
async function startWithX(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
): Promise<{ world: World; x: BillingX }> {
  const account = (id: string, username: string, suspended = false) => ({ id, username, suspended, posts: [] });
  const x = await startBillingX([account('13', 'NASA'), account('12', 'jack'), account('14', 'suspended_sam', true)]);
  t.after(() => x.close());
  const world = await startWorld(
    t,
    names.flatMap((name) => linesOf(readingOf(name, start))),
  );
  const access = { TWITTER_API_URL: x.url, TWITTER_BEARER_TOKEN: 'bearer-marker', TWITTER_USERS: 'somebody, else' };
  return { world: { ...world, env: { ...world.env, ...access, ...env } }, x };
}

function listIn(row: Row, column: string): string[] {
  return String(row[column]).split(',').sort();
}

test('X is never asked unless that is wanted, nor in a dry run, which says the price', async (t) => {
  const { world, x } = await startWithX(t);
  assert.equal((await importIn(world)).code, 2);
  const dry = await importIn(world, '--lookup', '--dry-run');
  assert.deepEqual([dry.code, dry.err], [2, 'To ask X who has 3 names: at most $0.03.\n']);
  assert.deepEqual(x.seen, []);
});

test('names are looked up within the ledger, told before and after; who is found is imported', async (t) => {
  const { world, x } = await startWithX(t);
  const ended = await importIn(world, '--lookup', '--map', "it's no name=15", '--json');
  assert.deepEqual(
    [ended.code, ended.err],
    [2, 'Asking X who has 3 names: at most $0.03.\nThat was $0.02; it is in the ledger.\n'],
  );
  const facts = factsOf(ended);
  assert.deepEqual(
    facts.names.map(({ name, userId, username, knownFrom }) => [name, userId, username, knownFrom]),
    [
      ['Jack', '12', 'jack', 'lookup'],
      ["it's no name", '15', "it's no name", 'map'],
      ['nasa', '13', 'NASA', 'lookup'],
    ],
  );
  assert.deepEqual(
    facts.unknown.map(({ name }) => name),
    ['suspended_sam'],
  );
  assert.deepEqual(
    [facts.lookUp?.microUsd, facts.lookUp?.failures.map(({ reason }) => reason)],
    [20_000, ['suspended']],
  );
  assert.equal(
    x.seen.reduce((sum, { cost }) => sum + cost, 0),
    20_000,
  );
  const ledger = await rowsIn(
    world.target,
    'SELECT "state", "cost_microusd", "keys", "ids", "purchase" FROM "twitter_ledger" GROUP BY "state"',
  );
  assert.deepEqual(
    ledger.map((row) => [row['state'], row['cost_microusd'], listIn(row, 'keys'), listIn(row, 'ids')]),
    [
      ['reserved', 30_000, ['jack', 'nasa', 'suspended_sam'], ['']],
      ['settled', 20_000, ['jack=12', 'nasa=13', 'suspended_sam='], ['12', '13']],
    ],
  );
  assert.equal(new Set(ledger.map((row) => row['purchase'])).size, 1);
  // The look-up's money is shown, and what is set aside is for the accounts of the configuration.
  const budget = await rowsIn(world.target, 'SELECT * FROM "twitter_budget"');
  assert.deepEqual(
    budget.map((row) => [row['spent_microusd'], row['held_microusd'], row['set_aside_microusd']]),
    [[20_000, 0, 20_000]],
  );
});

test('a second look-up has nothing to ask: what was bought is known', async (t) => {
  const { world, x } = await startWithX(t);
  await importIn(world, '--lookup');
  const asked = x.seen.length;
  const { code, out } = await importIn(world, '--lookup', '--map', 'suspended_sam=14', '--map', "it's no name=15");
  assert.deepEqual([code, x.seen.length], [0, asked]);
  assert.match(out, /^nasa +13 +NASA +twitter_user /m);
});

test('money that the configured accounts need for their own profiles is not spent', async (t) => {
  const { world, x } = await startWithX(t, { TWITTER_DAILY_BUDGET_USD: '0.04' });
  const { code, err } = await importIn(world, '--lookup');
  assert.equal(code, 1);
  assert.match(err, /^X was not asked: 3 names would cost up to \$0\.03, but of today's \$0\.04 .* \$0\.02 is left/m);
  assert.deepEqual(x.seen, []);
});

test('while X refuses for good it is not asked, and the report says why', async (t) => {
  const { world, x } = await startWithX(t);
  x.before = () => ({ status: 402, body: { title: 'CreditsDepleted' } });
  await importIn(world, '--lookup');
  const { code, out } = await importIn(world, '--lookup', '--json');
  assert.equal(x.seen.length, 1);
  assert.deepEqual(
    [code, factsOf({ code, out, err: '', signal: null }).lookUp?.failures[0]?.reason],
    [2, 'credits_depleted'],
  );
});

test('a look-up needs the function as a whole configured, and says what is missing', async (t) => {
  const { world } = await startWithX(t, { TWITTER_USERS: '', TWITTER_BEARER_TOKEN: '' });
  const { code, err } = await importIn(world, '--lookup');
  assert.equal(code, 1);
  assert.match(err, /^--lookup needs the whole configuration of the function:\n {2}- .*TWITTER_USERS is missing/s);
});
