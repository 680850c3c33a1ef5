import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createLog } from '../../../functions/adapters/log.ts';
import { LOG_LEVELS, type LogLevel } from '../../../functions/config.ts';
import { createRedactor } from '../../../functions/config/redact.ts';

function linesAt(
  min: LogLevel,
  redact = (text: string): string => text,
): { lines: string[]; log: ReturnType<typeof createLog> } {
  const lines: string[] = [];
  return { lines, log: createLog({ write: (line) => lines.push(line) }, min, redact) };
}

test('a line is one JSON object with time, level, message and the facts', (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.parse('2026-11-23T01:40:40.5Z') });
  const { lines, log } = linesAt('info');
  log('warn', 'two\nlines', { points: 3, nested: { a: 'ä' } });
  log('info', 'bare');
  assert.deepEqual(lines, [
    '{"time":"2026-11-23T01:40:40.500Z","level":"warn","message":"two\\nlines","points":3,"nested":{"a":"ä"}}\n',
    '{"time":"2026-11-23T01:40:40.500Z","level":"info","message":"bare"}\n',
  ]);
});

for (const min of LOG_LEVELS) {
  test(`at ${min} nothing below is written`, () => {
    const { lines, log } = linesAt(min);
    for (const level of LOG_LEVELS) log(level, 'x');
    const levels = lines.map((line) => (JSON.parse(line) as { level: string }).level);
    assert.deepEqual(levels, LOG_LEVELS.slice(LOG_LEVELS.indexOf(min)));
  });
}

test('no secret is written, wherever it stands, and the line stays JSON', () => {
  const { lines, log } = linesAt('debug', createRedactor(['pass"word\\marker']));
  log('error', 'pass"word\\marker', { detail: { deep: ['x pass"word\\marker y', 7] }, stack: 'a\nb' });
  const { message, detail, stack } = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  assert.deepEqual([message, detail, stack], ['[secret]', { deep: ['x [secret] y', 7] }, 'a\nb']);
});

test('a secret in the name of a fact is not written either', () => {
  const { lines, log } = linesAt('debug', createRedactor(['pass"word\\marker']));
  log('error', 'x', { 'pass"word\\marker': 1 });
  assert.doesNotMatch(lines.join(''), /marker/);
});
