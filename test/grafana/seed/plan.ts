import { findAccountByName, type Account } from '../../../local/simulator/accounts.ts';

/** An account of the seed, and what happens to it. */
export interface SeededAccount {
  /** As configured: what failures call it. */
  readonly spelling: string;
  /** What the ledger calls it: a name in lower case, or `id:…`. */
  readonly key: string;
  /** The X app that watches it. */
  readonly app: string;
  /** Who the simulator says it is: its numbers come from there. */
  readonly simulated: Account;
  readonly userId: string;
  /** The names it bears, each from a time on, the first from the start. */
  readonly names: readonly { readonly from: number; readonly username: string }[];
  /** When it is watched, and until when X shows it. */
  readonly watchedFrom: number;
  readonly shownUntil: number;
  /** Followers that never change, and no posts. */
  readonly isStill: boolean;
  /** Whether it belongs to the owner of the app, who sees its private metrics. */
  readonly isOwned: boolean;
}

const minuteMs = 60_000;
const hourMs = 3_600_000;
export const dayMs = 86_400_000;
const at = (text: string): number => Date.parse(text);

/** First and last tick of the seed: ten weeks with the end of summer time in Berlin. */
export const seedFrom = at('2026-08-25T00:00:00Z');
export const seedTo = at('2026-11-03T09:30:00Z');
/** Where its days begin. */
export const timezone = 'Europe/Berlin';
/** The X apps: the second name has everything in it that a regular expression would take for something else. */
export const apps = ['default', 'acme.prod-2'] as const;

/** Nothing at all runs then: the cluster is down. */
export const gap = { from: at('2026-09-14T06:00:00Z'), to: at('2026-09-15T18:00:00Z') };
/** The first app has no credits left: X is asked once an hour until it has again. */
export const latch = { from: at('2026-10-14T10:00:00Z'), to: at('2026-10-14T15:00:00Z') };
/** X answers 503 to the first app, past the end of a month. */
export const outage = { from: at('2026-09-30T23:50:00Z'), to: at('2026-10-01T00:35:00Z') };
/** The first app's runs cannot read their ledger then, past another midnight UTC, though their points are stored. */
export const unread = { from: at('2026-10-26T23:40:00Z'), to: at('2026-10-27T00:05:00Z') };
/** From then on that UTC day's budget of the first app is used up: posts bought on the day are read again, no others. */
export const budgetUsedUp = { from: at('2026-10-22T15:00:00Z'), to: at('2026-10-23T00:00:00Z') };
/** An app's daily budgets in micro-dollars, each from a time on. That of the first is lowered below what is spent and set aside. */
const budgets: Readonly<Record<string, readonly { readonly from: number; readonly budget: number }[]>> = {
  default: [
    { from: seedFrom, budget: 1_000_000 },
    { from: budgetUsedUp.from, budget: 120_000 },
    { from: budgetUsedUp.to, budget: 900_000 },
  ],
  'acme.prod-2': [{ from: seedFrom, budget: 2_500_000 }],
};
/** The timelines are asked for in a process that is killed before X has answered. */
export const killedAt = at('2026-10-20T11:07:00Z');

const always = { watchedFrom: seedFrom, shownUntil: Infinity, isStill: false, isOwned: false };

/** The accounts of the seed. */
export const accounts: readonly SeededAccount[] = [
  account('jack', ['jack'], { isOwned: true }),
  account('data_daily', ['data_weekly', 'data_daily'], { renamedAt: at('2026-10-05T13:00:00Z'), byId: true }),
  account('closed_2026', ['closed_2026'], { shownUntil: at('2026-10-10T00:00:00Z') }),
  account('still_here', ['still_here'], { isStill: true }),
  account('newcomer', ['newcomer'], { watchedFrom: at('2026-10-25T08:00:00Z') }),
  account('XDevelopers', ['XDevelopers'], { app: apps[1] }),
];

/** The account that bears, or bore, this name. Throws where none does. */
export function accountNamed(username: string): SeededAccount {
  const found = accounts.find(({ names }) => names.some((name) => name.username === username));
  if (found === undefined) throw new Error(`the seed has no account ${username}`);
  return found;
}

/** The name in force at a time. */
export function nameAt({ names }: SeededAccount, time: number): string {
  return names.findLast(({ from }) => from <= time)?.username ?? names[0]?.username ?? '';
}

/** What an app's day may cost by its configuration at a time, in micro-dollars. */
export function budgetAt(app: string, time: number): number {
  return budgets[app]?.findLast(({ from }) => from <= time)?.budget ?? NaN;
}

/** How X treats an app at a time. */
export function xAt(app: string, time: number): 'answers' | 'away' | 'refuses' {
  if (app !== apps[0]) return 'answers';
  return isWithin(time, outage) ? 'away' : isWithin(time, latch) ? 'refuses' : 'answers';
}

/** Whether X is not asked at a time: while a latch is set it is once an hour. */
export function isHeld(app: string, time: number): boolean {
  return xAt(app, time) === 'refuses' && (time - latch.from) % hourMs !== 0;
}

/** Whether an app has no money left for posts. */
export function isShort(app: string, time: number): boolean {
  return app === apps[0] && isWithin(time, budgetUsedUp);
}

/** The name in force at the end of the seed. */
export function presentName(seeded: SeededAccount): string {
  return nameAt(seeded, seedTo);
}

/** The ticks of the profiles (every quarter hour) and of the posts (hourly at minute 7), without those in the gap. */
export const userTicks = ticksEvery(15 * minuteMs, 0);
export const tweetTicks = ticksEvery(hourMs, 7 * minuteMs);
/** Those of the nightly comparison with X's count: the first is about the first day. */
export const nightTicks = ticksEvery(dayMs, 40 * minuteMs).slice(1);

/** Whether a time lies in a span. */
export function isWithin(time: number, { from, to }: { readonly from: number; readonly to: number }): boolean {
  return time >= from && time < to;
}

function ticksEvery(periodMs: number, offsetMs: number): readonly number[] {
  const count = Math.floor((seedTo - seedFrom - offsetMs) / periodMs) + 1;
  const ticks = Array.from({ length: count }, (_, index) => seedFrom + offsetMs + index * periodMs);
  return ticks.filter((time) => !isWithin(time, gap));
}

interface Traits extends Partial<Omit<SeededAccount, 'spelling' | 'key' | 'simulated' | 'userId' | 'names'>> {
  readonly renamedAt?: number;
  readonly byId?: boolean;
}

function account(seedName: string, usernames: readonly string[], traits: Traits): SeededAccount {
  const { renamedAt = seedFrom, byId = false, ...others } = traits;
  const simulated = findAccountByName(new Map(), seedName);
  const names = usernames.map((username, index) => ({ from: index === 0 ? 0 : renamedAt, username }));
  const spelling = byId ? `id:${simulated.id}` : seedName;
  const known = { spelling, key: spelling.toLowerCase(), simulated, userId: simulated.id, names };
  return { ...always, app: apps[0], ...others, ...known };
}
