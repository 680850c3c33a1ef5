import { RunError } from '../../../functions/failure.ts';
import type { AskX } from '../../../functions/x/answer.ts';
import { replyOf } from '../../functions/fixtures.ts';
import { accounts, apps, killedAt, nameAt, type SeededAccount, xAt } from './plan.ts';
import { limits } from './runs.ts';
import type { Seed } from './seed.ts';
import type { SeededPost } from './truth.ts';

/** X as it treats an app at a tick. It never answers the run that is killed. */
export function answerAt(seed: Seed, app: string, time: number): AskX {
  let requests = 0;
  return ({ path, query }) => {
    if (app === apps[0] && time === killedAt) return Promise.reject(unanswered);
    const state = xAt(app, time);
    if (state === 'away') return Promise.resolve(replyOf('', { status: 503 }));
    if (state === 'refuses') return Promise.resolve(replyOf({ title: 'CreditsDepleted' }, { status: 402 }));
    requests += 1;
    const limit = path.includes('tweets') ? limits.tweet : limits.user;
    const window = { limit, remaining: limit - requests, reset: time / 1000 + 900 };
    const headers = Object.fromEntries(
      Object.entries(window).map(([name, value]) => [`x-rate-limit-${name}`, String(value)]),
    );
    const body = bodyFor(seed, time, path, query['usernames'] ?? query['ids'] ?? '');
    return Promise.resolve(replyOf(body, { headers: { ...headers, date: new Date(time).toUTCString() } }));
  };
}

const unanswered = new RunError({ reason: 'timeout', detail: 'X did not answer' }, { mayCost: true });

function bodyFor(seed: Seed, time: number, path: string, list: string): object {
  const values = list.split(',');
  if (path === 'tweets') return { data: seed.posts.filter(({ id }) => values.includes(id)).map(postAt(time)) };
  const owner = /^users\/(\d+)\/tweets$/.exec(path)?.[1];
  if (owner !== undefined) return timelineOf(seed, time, accountOf(owner, time));
  const asked = values.map((value) => accountOf(value, time));
  const shown = asked.filter(({ shownUntil }) => time < shownUntil);
  const data = shown.map((account) => ({
    id: account.userId,
    username: nameAt(account, time),
    public_metrics: seed.profileAt(account, time)?.counts,
  }));
  const gone = asked.filter((account) => !shown.includes(account));
  return { data, errors: gone.map((account) => suspension(path === 'users' ? account.userId : account.spelling)) };
}

function timelineOf(seed: Seed, time: number, account: SeededAccount): object {
  if (time >= account.shownUntil) return { errors: [suspension(account.userId)] };
  const posts = seed.posts.filter((post) => post.account === account && readingAt(post, time) !== undefined);
  const meta = { result_count: posts.length };
  return posts.length === 0 ? { meta } : { data: posts.map(postAt(time)).reverse(), meta };
}

function postAt(time: number): (post: SeededPost) => object {
  return (post) => {
    const { url_link_clicks, user_profile_clicks, engagements, ...open } = readingAt(post, time)?.counts ?? {};
    const closed = { url_link_clicks, user_profile_clicks, engagements };
    const metrics = { public_metrics: open, ...(post.account.isOwned && { non_public_metrics: closed }) };
    return { id: post.id, edit_history_tweet_ids: [post.id], ...metrics };
  };
}

function readingAt({ readings }: SeededPost, time: number): SeededPost['readings'][number] | undefined {
  return readings.find((reading) => reading.time === time);
}

function accountOf(value: string, time: number): SeededAccount {
  const found = accounts.find((account) => account.userId === value || nameAt(account, time) === value);
  if (found === undefined) throw new Error(`the seed has no account ${value}`);
  return found;
}

/** https://docs.x.com/x-api/fundamentals/response-codes-and-errors#partial-errors */
function suspension(value: string): object {
  return { title: 'Forbidden', detail: `User has been suspended: [${value}].`, value };
}
