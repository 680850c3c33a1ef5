import type { Read, Want, XRequest } from '../collectors/collector.ts';
import { DeadlineError, within, xRequestMs } from '../deadline.ts';
import { RunError } from '../failure.ts';
import { inSlot } from '../slots.ts';
import { readAnswer, type XAnswer } from './answer.ts';
import { flushResults, isFull } from '../store/writer.ts';
import { nothing, release, reserve, type Reservation, settle } from './budget.ts';
import { awaitVerdict } from './refusals.ts';
import {
  type Asked,
  credentialOf,
  guard,
  learnFromAnswer,
  learnFromError,
  maxPostsUnderWay,
  type WayToX,
} from './way.ts';

/** Some ten times the largest answer there should be. */
const largeBytes = 500_000;

/**
 * Holds the money, asks X, and enters what came: one call, so that nothing of it can be forgotten. `undefined` when the
 * budget does not allow it. Throws a `RunError`: where X cannot have charged, nothing is held any more; where it did not
 * answer, or answered what `read` can make nothing of, the money stays held.
 */
export async function buy<T>(
  way: WayToX,
  asked: Asked,
  want: Want,
  requestFor: (granted: number) => XRequest,
  read: Read<T>,
): Promise<T | undefined> {
  const buyNow = async (): Promise<T | undefined> => {
    const closed = isForPosts(want) ? way.closed.get('posts') : undefined;
    if (closed !== undefined) throw new RunError(closed.failure);
    if (way.refusals.size > 0) await awaitVerdict(way, credentialOf(way, requestFor(want.max)));
    guard(way, requestFor(want.max));
    const reservation = await reserve(way.budget, want);
    if (reservation === undefined) return undefined;
    const answer = await askOrEnd(way, asked, reservation, requestFor(reservation.granted));
    return enterAnswer(way, reservation, answer, read);
  };
  return isForPosts(want) ? inSlot(way.posts, buyNow) : buyNow();
}

/**
 * Asks X for what is free or paid for, when a place is free, unless `validUntil` (Unix milliseconds) has passed by then;
 * remembers what the answer says about asking again. Throws a `RunError`.
 */
export function ask(way: WayToX, asked: Asked, request: XRequest, validUntil = Infinity): Promise<XAnswer> {
  return inSlot(way.requests, async () => {
    if (way.refusals.size > 0) await awaitVerdict(way, credentialOf(way, request));
    while (way.probing !== undefined) await way.probing.catch(() => undefined);
    guard(way, request);
    if (Date.now() > validUntil) throw lateForMidnight(request);
    const asking = askAndLearn(way, asked, request);
    way.underWay.add(asking);
    void asking.catch(() => undefined).then(() => way.underWay.delete(asking));
    if (way.latches.size === 0) return asking;
    way.probing = asking;
    return asking.finally(() => (way.probing = undefined));
  });
}

async function askAndLearn(way: WayToX, asked: Asked, request: XRequest): Promise<XAnswer> {
  asked.requests += 1;
  // Whatever becomes of it, a request in spite of a latch is that hour's only one.
  for (const latch of way.latches.values()) {
    way.latches.set(latch.reason, { ...latch, askedAt: Math.max(Date.now(), latch.askedAt + 1) });
  }
  try {
    const credential = credentialOf(way, request);
    const reply = await within(way.deadline, xRequestMs, (deadline) => way.askX(request, credential, deadline));
    // A large answer makes many points, and InfluxDB may take longer than X: what came before is written first.
    const { writer } = way.budget;
    if (reply.body.length > largeBytes) await inSlot(way.large, () => flushResults(writer));
    else if (isFull(writer)) await flushResults(writer);
    const answer = readAnswer(request, reply, way.clean);
    learnFromAnswer(way, asked, request, answer);
    return answer;
  } catch (thrown) {
    const error = thrown instanceof DeadlineError ? unansweredError(request) : thrown;
    throw error instanceof RunError ? learnFromError(way, request, error) : error;
  }
}

async function askOrEnd(way: WayToX, asked: Asked, reservation: Reservation, request: XRequest): Promise<XAnswer> {
  try {
    return await ask(way, asked, request, reservation.validUntil);
  } catch (error) {
    const isRunError = error instanceof RunError;
    if (isRunError && !error.mayCost) settle(way.budget, reservation, nothing);
    else release(way.budget, reservation);
    const isUnanswered = isRunError && error.mayCost && error.status === undefined;
    if (isUnanswered && isForPosts(reservation.want)) doubt(way);
    throw error;
  }
}

function enterAnswer<T>(way: WayToX, reservation: Reservation, answer: XAnswer, read: Read<T>): T {
  if (isForPosts(reservation.want)) {
    way.isInDoubt = false;
    way.posts.max = maxPostsUnderWay;
  }
  let isWhole = false;
  try {
    const { value, ids, answered, unreadable } = read(answer, reservation.granted);
    isWhole = unreadable === 0 || reservation.granted === 0; // nothing is held: what can be read is entered
    if (isWhole) settle(way.budget, reservation, { ids, answered, date: answer.date });
    else if (ids.length + unreadable > reservation.granted) {
      // More came than money is held for: that stays held for what cannot be read, and the rest is entered beside it.
      settle(way.budget, { ...reservation, lines: [] }, { ids, answered: [], date: answer.date });
    }
    return value;
  } finally {
    if (!isWhole) release(way.budget, reservation);
  }
}

/** Reading posts again that are paid for holds no money. */
function isForPosts({ resource, max }: Want): boolean {
  return resource === 'tweet' && max > 0;
}

/** Nobody knows whether X charged: before more money is held for posts, it has to answer a request for them. */
function doubt(way: WayToX): void {
  way.isInDoubt = true;
  const detail = 'X was not asked for more posts: it left a request for them unanswered';
  way.closed.set('posts', new RunError({ reason: 'timeout', detail }));
}

function lateForMidnight({ path }: XRequest): RunError {
  const detail = `X was not asked for ${path}: midnight UTC came too near after the money was held`;
  return new RunError({ reason: 'timeout', detail });
}

function unansweredError({ path }: XRequest): RunError {
  const detail = `X did not answer GET ${path} in time`;
  return new RunError({ reason: 'timeout', detail }, { mayCost: true });
}
