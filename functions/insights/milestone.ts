/** The next round number of followers: one digit and zeros, 10 at least. 73,904 leads to 80,000 and 80,000 to 90,000. */
export function nextMilestone(followers: number): number {
  const unit = 10 ** Math.max(0, String(Math.max(0, followers)).length - 1);
  return Math.max(10, (Math.floor(followers / unit) + 1) * unit);
}

/** Days until an account of so many followers reaches a number at a pace a day; `undefined` at a pace that never does. */
export function daysTo(milestone: number, followers: number, followersPerDay: number | undefined): number | undefined {
  if (followersPerDay === undefined || followersPerDay <= 0) return undefined;
  return (milestone - followers) / followersPerDay;
}
