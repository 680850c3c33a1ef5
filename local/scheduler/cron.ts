import { Cron } from 'croner';

/** When a PingSource is due. */
export interface CronSchedule {
  /** As it is written in the manifest. */
  readonly text: string;
  readonly timezone: string;
  /** The first time in ms after `afterMs` that matches; undefined where none ever does. */
  nextMs(afterMs: number): number | undefined;
}

const DESCRIPTORS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};
const MONTHS = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec';
const WEEKDAYS = 'sun|mon|tue|wed|thu|fri|sat';
/** The fields from the right: their greatest value, and the names they may be written with. */
const FIELDS_FROM_RIGHT = [
  { max: 6, names: WEEKDAYS },
  { max: 12, names: MONTHS },
  { max: 31, names: '\\d' },
  { max: 23, names: '\\d' },
  { max: 59, names: '\\d' },
  { max: 59, names: '\\d' },
];

/** A timezone before the fields. A PingSource's own `timezone` ends up there, too, so that there is room for one alone. */
const ZONE_FIRST = /^(?:CRON_)?TZ=(\S*) (.*)$/s;

/**
 * Reads a schedule as a PingSource does, whose cron is https://github.com/robfig/cron v3: five fields, or six with the
 * seconds first, or a descriptor, but not `@every`; before them `CRON_TZ=…` or `TZ=…`, where the PingSource has no
 * `timezone`. Throws on anything else, on an unknown timezone, and on what only other crons understand (`L`, `W`, `#`, a
 * year, weekday 7).
 */
export function parseSchedule(text: string, ownTimezone = ''): CronSchedule {
  const [, zone = ownTimezone, rest = text] = (ownTimezone === '' && ZONE_FIRST.exec(text)) || [];
  const timezone = zone === '' ? 'UTC' : zone;
  const trimmed = rest.trim();
  const fields = (DESCRIPTORS[trimmed] ?? trimmed).split(/\s+/);
  if (trimmed.startsWith('@') && !(trimmed in DESCRIPTORS)) throw new Error(refusal(text, 'is not a known descriptor'));
  if (fields.length !== 5 && fields.length !== 6) throw new Error(refusal(text, 'needs five or six fields'));
  const pattern = fields.map((field, index) => spellField(text, field, fields.length - 1 - index)).join(' ');
  const cron = readCron(text, pattern, timezone);
  return {
    text,
    timezone,
    nextMs: (afterMs) => cron.nextRun(new Date(afterMs))?.getTime(),
  };
}

function readCron(text: string, pattern: string, timezone: string): Cron {
  try {
    const cron = new Cron(pattern, { timezone, paused: true });
    // An unknown timezone only shows here.
    cron.nextRun();
    return cron;
  } catch (error) {
    throw new Error(refusal(text, `cannot be read (${error instanceof Error ? error.message : String(error)})`), {
      cause: error,
    });
  }
}

/** The field as croner writes it: `?` is `*`, and `5/15` is `5-59/15`. */
function spellField(text: string, field: string, fromRight: number): string {
  const { max, names } = FIELDS_FROM_RIGHT[fromRight] ?? { max: 0, names: '' };
  const part = new RegExp(`^([*?]|(\\d+|${names})(-(\\d+|${names}))?)(/\\d+)?$`, 'i');
  return field
    .split(',')
    .map((each) => {
      const numbers = [...each.replace(/\/.*/, '').matchAll(/\d+/g)].map(Number);
      if (!part.test(each) || numbers.some((number) => number > max)) throw new Error(refusal(text, `has "${each}"`));
      return each.replace('?', '*').replace(/^([^*/-]+)\//, `$1-${max}/`);
    })
    .join(',');
}

function refusal(text: string, why: string): string {
  return `The schedule "${text}" ${why}; a PingSource would refuse it.`;
}
