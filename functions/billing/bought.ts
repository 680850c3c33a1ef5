/** The resources known to be bought on one UTC day: X bills each of them once a day, however often it is read. */
export interface Bought {
  /** `YYYY-MM-DD` in UTC, by X's clock. */
  day: string;
  ids: Set<string>;
}

/** Nothing bought yet. */
export function nothingBought(): Bought {
  return { day: '', ids: new Set() };
}

/** Notes what an answer of X at `date` (Unix milliseconds) brought, and returns how many of the ids are new on that day. */
export function noteBought(bought: Bought, ids: readonly string[], date: number): number {
  const day = new Date(date).toISOString().slice(0, 10);
  if (day > bought.day) Object.assign(bought, { day, ids: new Set() });
  const before = bought.ids.size;
  for (const id of ids) bought.ids.add(id);
  return bought.ids.size - before;
}

/** How many resources are known to be bought on the day of `date`. */
export function countBought(bought: Bought, date: number): number {
  return new Date(date).toISOString().slice(0, 10) === bought.day ? bought.ids.size : 0;
}
