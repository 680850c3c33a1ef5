import type { TimeRange } from '../plugin/interval.ts';
import { budgetUsedUp, gap, killedAt, latch, outage, seedFrom, seedTo, unread } from '../seed/plan.ts';

const hourMs = 3_600_000;

/** How far back a dashboard looks from the end of the seed. */
export const spans = ['6 h', '24 h', '7 d', '30 d', 'everything'] as const;

/** One of them. */
export type Span = (typeof spans)[number];

const hours: Readonly<Record<Span, number>> = {
  '6 h': 6,
  '24 h': 24,
  '7 d': 7 * 24,
  '30 d': 30 * 24,
  everything: (seedTo - seedFrom) / hourMs,
};

/** The range of a span. */
export function rangeOf(span: Span): TimeRange {
  return back(seedTo, hours[span]);
}

/** Ranges that end in the past, where something is the case. */
export const pastRanges: Readonly<Record<string, TimeRange>> = {
  'around a rename': back(Date.parse('2026-10-08T12:00:00Z'), 7 * 24),
  'four hours into the gap': back(gap.from + 4 * hourMs, 14 * 24),
  'thirty hours into the gap': back(gap.from + 30 * hourMs, 7 * 24),
  'past midnight in the gap': back(gap.from + 20 * hourMs, 7 * 24),
  'a week after the gap': back(gap.from + (30 + 7 * 24) * hourMs, 7 * 24),
  'while X refuses': back(latch.from + 2.5 * hourMs, 24),
  'a day after X refused': back(latch.from + (3 + 24) * hourMs, 24),
  'after a run was killed': back(killedAt + 9 * hourMs, 24),
};

/** Such ranges for what is shown of money. */
export const moneyRanges: Readonly<Record<string, TimeRange>> = {
  'on the first day': back(seedFrom + 9 * hourMs, 24),
  'on the second day': back(seedFrom + 25 * hourMs, 7 * 24),
  'past the end of a month while X was away': back(outage.to - hourMs / 4, 24),
  'past midnight while no ledger could be read': back(unread.to, 24),
  'after the budget was lowered': back(budgetUsedUp.from + hourMs, 7 * 24),
  'at midnight UTC': back(Date.parse('2026-10-25T00:00:00Z'), 7 * 24),
  'a millisecond before it': back(Date.parse('2026-10-25T00:00:00Z') - 1, 7 * 24),
};

function back(to: number, spanHours: number): TimeRange {
  return { from: to - spanHours * hourMs, to };
}
