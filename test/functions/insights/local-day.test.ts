import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { addDays, localDateOf, localDaysFrom } from '../../../functions/insights/local-day.ts';

const hourMs = 3_600_000;
const iso = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

describe('a local day', () => {
  const days: [what: string, timezone: string, date: string, start: string, hours: number][] = [
    ['of UTC', 'UTC', '2026-03-29', '2026-03-29T00:00:00Z', 24],
    ['on which summer time begins', 'Europe/Berlin', '2026-03-29', '2026-03-28T23:00:00Z', 23],
    ['after summer time began', 'Europe/Berlin', '2026-03-30', '2026-03-29T22:00:00Z', 24],
    ['on which summer time ends', 'Europe/Berlin', '2026-10-25', '2026-10-24T22:00:00Z', 25],
    ['after summer time ended', 'Europe/Berlin', '2026-10-26', '2026-10-25T23:00:00Z', 24],
    ['that begins at one o’clock', 'America/Sao_Paulo', '2018-11-04', '2018-11-04T03:00:00Z', 23],
    ['that has its last hour twice', 'America/Sao_Paulo', '2018-02-17', '2018-02-17T02:00:00Z', 25],
    ['half an hour off', 'Asia/Kolkata', '2026-01-01', '2025-12-31T18:30:00Z', 24],
    ['as early as it gets', 'Pacific/Kiritimati', '2026-01-01', '2025-12-31T10:00:00Z', 24],
    ['as late as it gets', 'Pacific/Pago_Pago', '2026-01-01', '2026-01-01T11:00:00Z', 24],
    ['that the calendar left out', 'Pacific/Apia', '2011-12-30', '2011-12-30T10:00:00Z', 0],
  ];
  for (const [what, timezone, date, start, hours] of days) {
    it(what, () => {
      const [day] = localDaysFrom(date, 1, timezone);
      assert.deepEqual([day?.date, iso(day?.start ?? 0)], [date, start]);
      assert.equal(((day?.end ?? 0) - (day?.start ?? 0)) / hourMs, hours);
    });
  }

  it('follows on the day before, and begins with its date', () => {
    const zone = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Africa/Cairo', 'Australia/Lord_Howe');
    const date = fc.integer({ min: 0, max: 9000 }).map((days) => addDays('2005-01-01', days));
    fc.assert(
      fc.property(zone, date, (timezone, from) => {
        const days = localDaysFrom(from, 3, timezone);
        days.forEach((day, index) => {
          if (index > 0) assert.equal(day.start, days[index - 1]?.end);
          assert.equal(localDateOf(day.start, timezone), day.date);
          assert.equal(localDateOf(day.end - 1000, timezone), day.date);
          assert.equal(localDateOf(day.start - 1000, timezone), addDays(day.date, -1));
        });
      }),
      { numRuns: 200 },
    );
  });
});
