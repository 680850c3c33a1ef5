import { readFileSync } from 'node:fs';
import { type BilledAccount, type BillingX, snowflakeAt, startBillingX } from '../support/billing-x.ts';
import { type FunctionProcess, startFunction } from '../support/function-process.ts';
import { type Influxd, startInfluxd } from '../support/influxd.ts';
import { type Doors, openDoors } from './doors.ts';
import { type Gate, openGate } from './gate.ts';

/** The built function between X and InfluxDB, each behind a gate at which faults happen. */
export interface World {
  readonly x: BillingX;
  readonly influxd: Influxd;
  readonly xGate: Gate;
  readonly storeGate: Gate;
  /** The ways to the gates by name and through TLS, where the function takes those. */
  readonly doors?: Doors | undefined;
  readonly fn: FunctionProcess;
  readonly app: string;
  /** The time of the next event in Unix milliseconds: no two events of one source have the same second. */
  nextTime(): number;
  close(): Promise<void>;
}

/** What the function is started with beside its neighbours' addresses. */
export interface WorldOptions {
  readonly influxd: Influxd;
  /** Tells the worlds on one InfluxDB apart. */
  readonly number: number;
  readonly env?: Readonly<Record<string, string>>;
  /** The command that starts the function. */
  readonly startedBy?: readonly string[];
  readonly hasDoors?: boolean;
}

export const runTimeoutSeconds = 5;
export const bearerToken =
  'AAAAAAAAAAAAAAAAAAAAAMLheAAAAAAA0%2BuSeid%2BULvsea4JtiGRiSDSJSI%3DEUifiRBkKG5E2XzMDjRfl76ZC9Ub0wnz4XsNiRVBChTYbJcE3F';
/** More than X is asked for at once, so that the last timelines wait for the first ones. */
export const accountsCount = 10;
export const postsPerAccount = 2;
const secondMs = 1000;
const dayMs = 86_400_000;
/** Younger than what is stale, and old enough that many events can come in one second. */
const maxAgeMs = 400_000;

/** X and the ways to both neighbours, each with a gate. */
export type Neighbours = Omit<World, 'fn' | 'doors'>;

/** Starts everything but InfluxDB and the function; each account posts at these times. */
export async function startNeighbours(
  influxd: Influxd,
  number: number,
  postTimes: readonly number[] = oldPostTimes(),
): Promise<Neighbours> {
  const x = await startBillingX(
    Array.from({ length: accountsCount }, (_, index) => accountOf(number, index, postTimes)),
  );
  const [xGate, storeGate] = [await openGate(new URL(x.url).origin), await openGate(influxd.url)];
  const close = async (): Promise<void> => {
    await Promise.all([xGate.close(), storeGate.close(), x.close()]);
  };
  let time = 0;
  const nextTime = (): number =>
    (time = Math.max(time + secondMs, Math.floor(Date.now() / secondMs) * secondMs - maxAgeMs));
  return { x, influxd, xGate, storeGate, app: `cell-${number}`, nextTime, close };
}

/** What the function is started with. */
export function envOf({ x, influxd, xGate, storeGate, app }: Neighbours): Record<string, string> {
  return {
    TWITTER_USERS: x.accounts.map(({ username }) => username).join(','),
    TWITTER_BEARER_TOKEN: bearerToken,
    TWITTER_API_URL: `http://127.0.0.1:${xGate.port}/2/`,
    TWITTER_APP: app,
    TWITTER_TWEETS_PER_USER: '5',
    INFLUXDB_URL: `http://127.0.0.1:${storeGate.port}`,
    INFLUXDB_USERNAME: influxd.username,
    INFLUXDB_PASSWORD: influxd.password,
    RUN_TIMEOUT_SECONDS: String(runTimeoutSeconds),
  };
}

/** Starts everything but InfluxDB. */
export async function startWorld(options: WorldOptions): Promise<World> {
  const { influxd, number, env = {}, startedBy = [], hasDoors = false } = options;
  const neighbours = await startNeighbours(influxd, number);
  const { xGate, storeGate } = neighbours;
  const doors = hasDoors ? await openDoors({ x: xGate.port, store: storeGate.port }) : undefined;
  const fn = await startFunction({ ...envOf(neighbours), ...doors?.env, ...env }, doors?.startedBy ?? startedBy);
  const close = async (): Promise<void> => {
    await fn.stop('SIGKILL');
    await doors?.close();
    await neighbours.close();
  };
  return { ...neighbours, doors, fn, close };
}

/** Starts an InfluxDB for many worlds. */
export function startStore(): Promise<Influxd> {
  return startInfluxd();
}

/** The most memory the process has ever used, in MiB. */
export function peakMemoryMiB(pid: number): number {
  const kibibytes = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kibibytes ?? NaN) / 1024;
}

/** Of posts that are all there already. */
function oldPostTimes(): number[] {
  return Array.from({ length: postsPerAccount }, (_, post) => Date.now() - (postsPerAccount - post) * (dayMs / 2));
}

function accountOf(world: number, index: number, postTimes: readonly number[]): BilledAccount {
  const id = String(1_000_000 + world * 1000 + index);
  const posts = postTimes.map((time) => ({ id: snowflakeAt(time, world * 100 + index), time, isRetweet: false }));
  return { id, username: `w${world}_${index}`, suspended: false, posts };
}
