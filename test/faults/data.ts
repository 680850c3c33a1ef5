import { seedRandom } from '../week/posting.ts';
import type { Influxd } from '../support/influxd.ts';
import { startFunction } from '../support/function-process.ts';
import { writeLines } from '../support/write-lines.ts';
import { closeCgroup, limitMiB, openCgroup, startInCgroup } from './cgroup.ts';
import { checkDictionary } from './dictionary.ts';
import { listHostileStore } from './hostile-store.ts';
import { type HostileCase, listHostileX } from './hostile-x.ts';
import { countEach, inParallel, type PartOptions, type PartResult } from './part.ts';
import { findSecrets } from './secrets.ts';
import { envOf, peakMemoryMiB, startWorld, type World } from './world.ts';

/** Everything a neighbour can say that it has no business to say. */
export const hostileCases: readonly HostileCase[] = [...listHostileX(), ...listHostileStore()];

const worldNumber = 4000;
const worldsAtOnce = 2;
/** A ledger of more than a day's usual lines takes long to read. */
const casesPerWorld = 40;
const timeoutSeconds = 5;
/** An answer may take as long as a run and a second. */
const maxMs = timeoutSeconds * 1000 + 1000;
const env = { RUN_TIMEOUT_SECONDS: String(timeoutSeconds), TWITTER_DAILY_BUDGET_USD: '100000' };
const hourMs = 3_600_000;
const jobs = [
  { collectors: ['user', 'tweet'], probe: true },
  { job: 'summarize', days: 2 },
  { collectors: ['user', 'tweet'] },
  { job: 'reconcile' },
];

/** Has X and InfluxDB send the hostile cases, or a sample of so many, each followed by a tick that must be all right. */
export async function tryData({ influxd, seed, count, onProgress }: PartOptions): Promise<PartResult> {
  const random = seedRandom(seed);
  const keyed = hostileCases.map((hostile) => ({ hostile, key: random() })).sort((a, b) => a.key - b.key);
  const cases = keyed.slice(0, count).map(({ hostile }) => hostile);
  const statuses: number[] = [];
  const problems: string[] = [];
  let peakMiB = 0;
  const shares = Array.from({ length: Math.ceil(cases.length / casesPerWorld) }, (_, share) =>
    cases.slice(share * casesPerWorld, (share + 1) * casesPerWorld),
  );
  await inParallel(shares, worldsAtOnce, async (share, number) => {
    const cgroup = openCgroup(`data-${number}`);
    const startedBy = startInCgroup(cgroup);
    let world = await startWorld({ influxd, number: worldNumber + number, env, startedBy });
    await fillHistory(influxd, world);
    try {
      for (const hostile of share) {
        const played = await playCase(world, hostile, random() * jobs.length);
        statuses.push(played.status);
        problems.push(...played.problems);
        world = await recover(world, hostile, startedBy, problems);
        onProgress(statuses.length);
      }
      peakMiB = Math.max(peakMiB, Math.round(peakMemoryMiB(world.fn.pid)));
      problems.push(...findSecrets(world, world.fn.output(), 'the log'));
    } finally {
      await world.close();
      closeCgroup(cgroup);
    }
  });
  if (peakMiB > limitMiB) problems.push(`used ${peakMiB} MiB`);
  problems.push(...(await checkDictionary(influxd)));
  return { totals: { cases: statuses.length, statuses: countEach(statuses), peakMiB }, problems };
}

/** What a summary needs something of: three days of an account. */
async function fillHistory(influxd: Influxd, { x }: World): Promise<void> {
  const lines = x.accounts.slice(0, 2).flatMap(({ id, username, posts: [post] }) =>
    Array.from({ length: 72 }, (_, hour) => {
      const time = Date.now() - (hour + 1) * hourMs;
      return [
        `twitter_user,user_id=${id},username=${username} followers_count=${1000 - hour}i ${time}`,
        `twitter_tweet,user_id=${id},username=${username},tweet_id=${post?.id ?? ''} like_count=1i,impression_count=${1000 - hour}i ${time}`,
      ].join('\n');
    }),
  );
  await writeLines(influxd, lines);
}

async function playCase(
  world: World,
  { name, neighbour, play }: HostileCase,
  choice: number,
): Promise<{ status: number; problems: readonly string[] }> {
  const gate = neighbour === 'x' ? world.xGate : world.storeGate;
  const job = neighbour === 'x' ? jobs[0] : jobs[Math.floor(choice)];
  gate.strike({ play, matches: () => true, isOnce: false });
  const startedAt = Date.now();
  const answer = await world.fn.postEvent(job, { 'ce-time': new Date(world.nextTime()).toISOString() });
  const body = await answer.text();
  const ms = Date.now() - startedAt;
  const description = await fetch(world.fn.url);
  const retryAfter = Number(answer.headers.get('retry-after') ?? 0);
  gate.strike(undefined);
  const wrong = [
    [204, 422, 503].includes(answer.status) ? '' : `status ${answer.status} ${body}`,
    ms <= maxMs ? '' : `answered after ${ms} ms`,
    description.status === 200 ? '' : `GET / is ${description.status}`,
    retryAfter >= 0 && retryAfter <= 90_000 ? '' : `Retry-After ${answer.headers.get('retry-after') ?? ''}`,
    body.length <= 1024 ? '' : `an answer of ${body.length} characters`,
    ...findSecrets(world, body, 'the answer'),
  ];
  const about = `${name}, ${JSON.stringify(job)}`;
  return { status: answer.status, problems: wrong.filter((each) => each !== '').map((each) => `${about}: ${each}`) };
}

/**
 * The next tick must be all right, or that after it where this machine was busy. Where X's limit stands, which lives in
 * memory alone, it is that of a new process.
 */
async function recover(
  world: World,
  { name }: HostileCase,
  startedBy: readonly string[],
  problems: string[],
): Promise<World> {
  let next = world;
  let said = '';
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const answer = await next.fn.postEvent(jobs[0], { 'ce-time': new Date(next.nextTime()).toISOString() });
    const body = await answer.text();
    if (answer.status === 204) return next;
    said = `${answer.status} ${body}`;
    if (!body.includes('rate_limited')) continue;
    await next.fn.stop('SIGKILL');
    const fn = await startFunction({ ...envOf(world), ...env }, startedBy);
    next = { ...world, fn, close: async () => (await fn.stop('SIGKILL'), world.close()) };
  }
  problems.push(`${name}: the next tick was answered ${said}`);
  return next;
}
