import type { LedgerLine } from './line.ts';
import type { MicroUsd, Resource } from './price.ts';

/** What a day's money is for. */
export interface Terms {
  /** Keys of the configured accounts: the price of their profiles is kept from posts. */
  readonly accounts: readonly string[];
  readonly userPrice: MicroUsd;
  readonly budget: MicroUsd;
}

/** What is known of one UTC day's purchases: the lines of its ledger, in whatever order and however often they came. */
export interface Book {
  readonly terms: Terms;
  /** What was paid for each user and each tweet, by its id. */
  readonly paid: Readonly<Record<Resource, Map<string, MicroUsd>>>;
  /** The ids X named for an account's key, separated by commas, that named last at the end; empty where it had no profile to show. */
  readonly profiles: Map<string, string>;
  /** Reserved lines by purchase, as long as they are not settled. */
  readonly open: Map<string, LedgerLine>;
  readonly settled: Set<string>;
  /** Settled lines of posts, which tell whose they are. */
  readonly posts: LedgerLine[];
  /** Sum of `paid`. */
  spent: MicroUsd;
  /** Counted again once a line about profiles is settled: with many accounts that takes a while. */
  forProfiles: ForProfiles | undefined;
}

/** What is kept for unpaid profiles, by the account's key: of several purchases of one only one can be charged. */
interface ForProfiles {
  readonly held: Map<string, MicroUsd>;
  heldMicroUsd: MicroUsd;
  /** Configured accounts that nothing is held for. */
  readonly aside: Set<string>;
}

/** A day's money. These four are decided by, shown and stored alike. */
export interface Figures {
  /** The price of all distinct resources bought. */
  readonly spent: MicroUsd;
  /** Reserved and not settled; of an account's profile once, since it is the same profile. */
  readonly held: MicroUsd;
  /** The price of the configured profiles that are neither bought nor held. */
  readonly setAside: MicroUsd;
  /** Budget − spent − held − set aside; below 0 where X charged more than it was asked for. */
  readonly left: MicroUsd;
  readonly budget: MicroUsd;
}

export function openBook(terms: Terms): Book {
  const lines = { open: new Map(), settled: new Set<string>(), posts: [] };
  const paid = { user: new Map(), tweet: new Map() };
  return { terms, paid, profiles: new Map(), ...lines, spent: 0, forProfiles: undefined };
}

export function enterLine(book: Book, line: LedgerLine): void {
  if (line.state === 'reserved') {
    if (book.settled.has(line.purchase)) return;
    book.open.set(line.purchase, line);
    if (book.forProfiles !== undefined) hold(book, book.forProfiles, line);
    return;
  }
  if (line.resource === 'user') book.forProfiles = undefined;
  book.settled.add(line.purchase);
  book.open.delete(line.purchase);
  for (const id of line.ids) enterPaid(book, line.resource, id, line.cost / line.newResources);
  if (line.resource === 'tweet') book.posts.push(line);
  else for (const answer of line.keys) enterProfile(book, answer);
}

/** X bills a resource once: of two lines that name it the dearer one counts. */
function enterPaid(book: Book, resource: Resource, id: string, price: MicroUsd): void {
  if (isPaid(book, resource, id, price)) return;
  book.spent += price - (book.paid[resource].get(id) ?? 0);
  book.paid[resource].set(id, price);
}

/** Neither an answer without a profile nor one with another id takes away what was bought. */
function enterProfile(book: Book, answer: string): void {
  const [key, id] = partsOf(answer);
  const known = book.profiles.get(key) ?? '';
  if (known === '') book.profiles.set(key, id);
  else if (id !== '' && idNamedFor(book, key) !== id) book.profiles.set(key, `${known},${id}`);
}

/** The key and the id in `jack=12`, or in `nobody=`. */
function partsOf(answer: string): readonly [key: string, id: string] {
  const end = answer.indexOf('=');
  return [answer.slice(0, end), answer.slice(end + 1)];
}

/** The id X named last for an account's key; empty where it had no profile to show, `undefined` where it was not asked. */
export function idNamedFor({ profiles }: Book, key: string): string | undefined {
  const ids = profiles.get(key);
  return ids?.slice(ids.lastIndexOf(',') + 1);
}

/** Whether X has charged for a resource on that day, at this price or more: it does not do so again. */
export function isPaid(book: Book, resource: Resource, id: string, price: MicroUsd = 0): boolean {
  return (book.paid[resource].get(id) ?? -1) >= price;
}

export function isProfilePaid(book: Book, key: string): boolean {
  const ids = key.startsWith('id:') ? key.slice(3) : book.profiles.get(key);
  return ids?.split(',').some((id) => isPaid(book, 'user', id, book.terms.userPrice)) === true;
}

/** Whether X has answered for an account: its profile is paid for, or it had none to show. */
export function isAnswered(book: Book, key: string): boolean {
  return idNamedFor(book, key) === '' || isProfilePaid(book, key);
}

/** Whether an answer such as `jack=12` or `nobody=` tells nothing new; a profile that is gone by now was still paid for. */
export function isKnownAnswer(book: Book, answer: string): boolean {
  const [key, id] = partsOf(answer);
  return id === '' ? book.profiles.has(key) : idNamedFor(book, key) === id;
}

/** Ids of posts paid for that came for the account with this key. */
export function postsPaidFor(book: Book, key: string): ReadonlySet<string> {
  return new Set(book.posts.flatMap(({ keys, ids }) => (keys.includes(key) ? ids : [])));
}

export function figuresOf(book: Book): Figures {
  const { terms, spent } = book;
  const { heldMicroUsd, aside } = profileMoney(book);
  let held = heldMicroUsd;
  for (const { resource, cost } of book.open.values()) if (resource === 'tweet') held += cost;
  const setAside = aside.size * terms.userPrice;
  return { spent, held, setAside, left: terms.budget - spent - held - setAside, budget: terms.budget };
}

/** What is kept for unpaid profiles, counted when it is asked for. */
export function profileMoney(book: Book): ForProfiles {
  if (book.forProfiles !== undefined) return book.forProfiles;
  const unpaid = book.terms.accounts.filter((key) => !isProfilePaid(book, key));
  book.forProfiles = { held: new Map(), heldMicroUsd: 0, aside: new Set(unpaid) };
  for (const line of book.open.values()) hold(book, book.forProfiles, line);
  return book.forProfiles;
}

function hold(book: Book, forProfiles: ForProfiles, { resource, keys, cost }: LedgerLine): void {
  for (const key of resource === 'user' ? keys.filter((each) => !isProfilePaid(book, each)) : []) {
    const [before, each] = [forProfiles.held.get(key) ?? 0, cost / keys.length];
    forProfiles.held.set(key, Math.max(before, each));
    forProfiles.heldMicroUsd += Math.max(0, each - before);
    forProfiles.aside.delete(key);
  }
}
