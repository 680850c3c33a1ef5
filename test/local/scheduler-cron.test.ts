import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSchedule } from '../../local/scheduler/cron.ts';

const AFTER = '2026-11-23T03:04:05Z';

const READ: [schedule: string, timezone: string | undefined, next: string[]][] = [
  ['*/15 * * * *', undefined, ['2026-11-23T03:15:00Z', '2026-11-23T03:30:00Z']],
  ['7 * * * *', undefined, ['2026-11-23T03:07:00Z', '2026-11-23T04:07:00Z']],
  ['10 0 * * *', 'Europe/Berlin', ['2026-11-23T23:10:00Z', '2026-11-24T23:10:00Z']],
  ['*/10 * * * * *', undefined, ['2026-11-23T03:04:10Z', '2026-11-23T03:04:20Z']],
  ['5/20 * * * *', undefined, ['2026-11-23T03:05:00Z', '2026-11-23T03:25:00Z']],
  ['0 9 * * MON-fri', undefined, ['2026-11-23T09:00:00Z', '2026-11-24T09:00:00Z']],
  ['0 0 1 jan ?', undefined, ['2027-01-01T00:00:00Z', '2028-01-01T00:00:00Z']],
  // Both days given: either will do.
  ['0 0 25 * fri', undefined, ['2026-11-25T00:00:00Z', '2026-11-27T00:00:00Z']],
  ['@hourly', undefined, ['2026-11-23T04:00:00Z', '2026-11-23T05:00:00Z']],
  ['@daily', 'America/New_York', ['2026-11-23T05:00:00Z', '2026-11-24T05:00:00Z']],
  ['@weekly', undefined, ['2026-11-29T00:00:00Z', '2026-12-06T00:00:00Z']],
  ['CRON_TZ=Europe/Berlin 10 0 * * *', undefined, ['2026-11-23T23:10:00Z', '2026-11-24T23:10:00Z']],
  ['TZ=Asia/Tokyo  0 30 9 * * *', '', ['2026-11-24T00:30:00Z', '2026-11-25T00:30:00Z']],
  ['TZ=America/New_York @daily', undefined, ['2026-11-23T05:00:00Z', '2026-11-24T05:00:00Z']],
  ['TZ= 0 9 * * *', undefined, ['2026-11-23T09:00:00Z', '2026-11-24T09:00:00Z']],
];

for (const [text, timezone, expected] of READ) {
  test(`${text} in ${timezone ?? 'UTC'} is due at ${expected.join(', ')}`, () => {
    const schedule = parseSchedule(text, timezone);
    const first = schedule.nextMs(Date.parse(AFTER)) ?? NaN;
    const second = schedule.nextMs(first) ?? NaN;
    assert.deepEqual(
      [first, second],
      expected.map((time) => Date.parse(time)),
    );
  });
}

const REFUSED = ['', '* * * *', '0 0 0 1 1 * 2027', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 7'];
const REFUSED_WORDS = [
  '@every 5m',
  '@sometimes',
  '0 0 L * *',
  '0 0 * * mon#2',
  '0 0 15W * *',
  'a * * * *',
  '*/0 * * * *',
];

for (const text of [...REFUSED, ...REFUSED_WORDS, '5-1 * * * *', '1,,2 * * * *']) {
  test(`"${text}" is refused`, () => {
    assert.throws(() => parseSchedule(text), /a PingSource would refuse it/);
  });
}

const REFUSED_TIMEZONES: [schedule: string, timezone: string | undefined][] = [
  ['* * * * *', 'Mars/Olympus'],
  ['CRON_TZ=Mars/Olympus * * * * *', undefined],
  // Two timezones, a space before it, nothing after it, another word.
  ['CRON_TZ=UTC * * * * *', 'UTC'],
  ['TZ=UTC TZ=UTC * * * * *', undefined],
  [' TZ=UTC * * * * *', undefined],
  ['TZ=UTC', undefined],
  ['ZONE=UTC * * * * *', undefined],
];

for (const [text, timezone] of REFUSED_TIMEZONES) {
  test(`"${text}"${timezone === undefined ? '' : ` with the timezone ${timezone}`} is refused`, () => {
    assert.throws(() => parseSchedule(text, timezone), /a PingSource would refuse it/);
  });
}
