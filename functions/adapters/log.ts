import type { Log } from '../app.ts';
import { LOG_LEVELS, type LogLevel } from '../config.ts';

/**
 * A log of JSON lines. Lines below `least` are left out. Every secret is struck out of every line, whatever brought it
 * there: this is the last gate before the outside.
 */
export function openLog(write: (line: string) => void, least: LogLevel, redact: (text: string) => string): Log {
  return (level, message, facts = {}) => {
    if (LOG_LEVELS.indexOf(level) < LOG_LEVELS.indexOf(least)) return;
    write(`${redact(JSON.stringify({ time: new Date().toISOString(), level, message, ...facts }))}\n`);
  };
}
