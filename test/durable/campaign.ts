import { setTimeout as wait } from 'node:timers/promises';
import { seedRandom } from '../week/posting.ts';
import { look, type Seen } from './look.ts';
import type { Owner } from './owner.ts';
import { type Kill, planTicks, type PlannedTick } from './plan.ts';
import { countEach } from '../faults/part.ts';
import { sendTick } from './send.ts';
import type { SentTick } from './tally.ts';
import { sendBroken, waitUntilDone } from './topic.ts';
import { startWorld, type World } from './world.ts';

/** How it is to be played. */
export interface CampaignOptions {
  readonly jars: string;
  readonly seed: number;
  readonly owners: number;
  /** Of each owner. */
  readonly accounts: number;
  readonly ticks: number;
  readonly onProgress: (text: string) => void;
}

/** What happened, and what the store had at the end. */
export interface Played extends Seen {
  /** The answers to all attempts of all ticks. */
  readonly answers: Readonly<Record<string, number>>;
  readonly kills: Readonly<Record<string, number>>;
  /** How long InfluxDB was away, and how long the last event needed after the last tick. */
  readonly awaySeconds: number;
  readonly drainSeconds: number;
  readonly seconds: number;
}

/** What a campaign gathers as it goes on. */
interface Course {
  readonly world: World;
  readonly sent: Map<string, SentTick[]>;
  readonly answers: string[];
  readonly kills: string[];
  lastTime: number;
}

const secondMs = 1000;
const runTimeoutSeconds = 15;

/** Sends the ticks to all owners while InfluxDB is away for half of them and one process after the other is killed. */
export async function playCampaign(options: CampaignOptions): Promise<Played> {
  const startedAt = Date.now();
  const { jars, seed, onProgress } = options;
  onProgress('starting Kafka, InfluxDB, bridge, recorder and collectors');
  const accounts = Array.from({ length: options.owners }, () => options.accounts);
  const world = await startWorld({ jars, seed, accounts, isUnruly: true, runTimeoutSeconds });
  try {
    const sent = new Map(world.owners.map(({ app }) => [app, [] as SentTick[]]));
    const course: Course = { world, sent, answers: [], kills: [], lastTime: 0 };
    const plan = planTicks(options.ticks, options.owners, seedRandom(seed));
    const awaySeconds = await playTicks(course, plan, onProgress);
    const endedAt = Date.now();
    await sendBroken(world);
    await waitUntilDone(world, onProgress);
    const drainSeconds = secondsSince(endedAt);
    onProgress('reading what InfluxDB has');
    const seen = await look(world, sent);
    const counts = { answers: countEach(course.answers), kills: countEach(course.kills) };
    return { ...seen, ...counts, awaySeconds, drainSeconds, seconds: secondsSince(startedAt) };
  } finally {
    await world.close();
  }
}

/** How long InfluxDB was away. */
async function playTicks(
  course: Course,
  plan: readonly PlannedTick[],
  onProgress: (text: string) => void,
): Promise<number> {
  const { influxd } = course.world;
  let away: { readonly from: number } | undefined;
  let seconds = 0;
  const takeBack = async (): Promise<void> => {
    if (away === undefined) return;
    await influxd.start();
    seconds += secondsSince(away.from);
    away = undefined;
  };
  for (const [index, tick] of plan.entries()) {
    if (tick.isInfluxDbAway && away === undefined) {
      await influxd.stop();
      away = { from: Date.now() };
    }
    if (!tick.isInfluxDbAway) await takeBack();
    const words = [tick.isInfluxDbAway ? 'InfluxDB stopped' : '', tick.kill ? `kill -9 of ${tick.kill.victim}` : ''];
    onProgress([`tick ${index + 1} of ${plan.length}`, ...words.filter((word) => word !== '')].join(', '));
    await playTick(course, index + 1, tick.kill);
  }
  await takeBack();
  return seconds;
}

async function playTick(course: Course, number: number, kill: Kill | undefined): Promise<void> {
  const { world, sent, answers } = course;
  const time = await nextTime(course);
  const victim = kill?.victim === 'collector' ? world.owners[kill.owner] : undefined;
  const second = victim !== undefined && kill?.hasSuccessor === true ? await victim.startCollector() : undefined;
  const sending = world.owners.map(async (owner) => {
    owner.count = number;
    const isDoubled = owner === victim && second !== undefined;
    const urls = (): string[] => [
      owner.collector.url,
      ...(isDoubled && owner.collector !== second ? [second.url] : []),
    ];
    const { isAccepted, answers: said } = await sendTick(owner, time, urls);
    answers.push(...said);
    sent.get(owner.app)?.push({ time, count: number, isAccepted });
  });
  if (kill !== undefined) {
    await wait(kill.afterMs);
    course.kills.push(second === undefined ? kill.victim : `${kill.victim}, its successor at work`);
    if (victim === undefined) await restart(world, kill);
    else await replace(victim, second);
  }
  await Promise.all(sending);
}

/** Its data and its address stay. */
async function restart(world: World, { victim }: Kill): Promise<void> {
  const process = { recorder: world.recorder, bridge: world.bridge, Kafka: world.kafka, collector: undefined }[victim];
  await process?.kill();
  await process?.start();
}

async function replace(owner: Owner, successor: Owner['collector'] | undefined): Promise<void> {
  await owner.collector.kill();
  owner.collector = successor ?? (await owner.startCollector());
}

/** No two ticks have the same second. */
async function nextTime(course: Course): Promise<number> {
  const now = (): number => Math.floor(Date.now() / secondMs) * secondMs;
  if (now() <= course.lastTime) await wait(course.lastTime + secondMs - Date.now());
  course.lastTime = now();
  return course.lastTime;
}

function secondsSince(time: number): number {
  return Math.round((Date.now() - time) / secondMs);
}
