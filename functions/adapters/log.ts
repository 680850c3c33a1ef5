import type { Log } from '../run/instance.ts';
import type { Redact } from '../config/redact.ts';
import { LOG_LEVELS, type LogLevel } from '../config.ts';

/**
 * A log of JSON lines. Lines below `min` are left out. Every secret is struck out of every line, whatever brought it
 * there: this is the last gate before the outside.
 */
export function createLog(output: { write(line: string): unknown }, min: LogLevel, redact: Redact): Log {
  return (level, message, facts = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(min)) return;
    const line = { time: new Date().toISOString(), level, message, ...facts };
    const text = JSON.stringify(line);
    // Text by text, since a line in which a secret is escaped would be struck out as a whole.
    const clean = (_key: string, value: unknown): unknown => (typeof value === 'string' ? redact(value) : value);
    output.write(`${redact(text) === text ? text : redact(JSON.stringify(line, clean))}\n`);
  };
}
