import { styleText } from 'node:util';
import type { PingOutcome } from '../scheduler/ping.ts';

/** How the run is shown: for people in a terminal or a pipe, or for programs as JSON lines. */
export interface Output {
  /** The start: `facts` for programs, `text` for people. */
  readonly started: (facts: object, text: string) => void;
  readonly outcome: (outcome: PingOutcome) => void;
  /** One line of the function's own output. */
  readonly functionLine: (stream: 'stdout' | 'stderr', line: string) => void;
  /** A sentence for the person who started this. */
  readonly warning: (message: string) => void;
  readonly stopped: (facts: object, text: string) => void;
}

/** The part of a stream that decides how it is written to. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

export function openOutput(screen: Screen, json: boolean): Output {
  return json ? openJsonOutput(screen) : openReadableOutput(screen);
}

/** Colours only a terminal that has them and whose user did not say NO_COLOR. */
export function choosePaint(screen: Screen): Paint {
  const colourful = screen.isTTY === true && screen.hasColors?.() === true;
  return (style, text) => (colourful ? styleText(style, text, { validateStream: false }) : text);
}

function openJsonOutput(screen: Screen): Output {
  const write = (event: string, facts: object): void => {
    screen.write(`${JSON.stringify({ event, ...facts })}\n`);
  };
  return {
    started: (facts) => {
      write('started', facts);
    },
    outcome: (outcome) => {
      write('answered', outcome);
    },
    functionLine: (stream, line) => {
      write('function', { stream, line: readJson(line) ?? line });
    },
    warning: (message) => {
      write('warning', { message });
    },
    stopped: (facts) => {
      write('stopped', facts);
    },
  };
}

function openReadableOutput(screen: Screen): Output {
  const paint = choosePaint(screen);
  const write = (text: string): void => {
    screen.write(`${text}\n`);
  };
  // What the Functions Framework says of itself while it starts only matters where it does not start.
  const held: string[] = [];
  let starting = true;
  return {
    started: (_facts, text) => {
      starting = false;
      write(text);
    },
    outcome: (outcome) => {
      write(describeOutcome(outcome, paint));
    },
    functionLine: (_stream, line) => {
      if (starting) {
        held.push(line);
        return;
      }
      const entry = screen.isTTY === true ? readJson(line) : undefined;
      write(entry === undefined ? line : describeEntry(entry, screen.columns ?? 120, paint));
    },
    warning: (message) => {
      write(paint('yellow', message));
    },
    stopped: (_facts, text) => {
      if (starting) held.forEach(write);
      write(text);
    },
  };
}

function describeOutcome({ at, name, status, durationMs, attempts, error }: PingOutcome, paint: Paint): string {
  const word = status === 0 ? `no answer (${error ?? 'unknown'})` : String(status);
  const tries = attempts > 1 ? `  ${attempts} attempts` : '';
  const style = status >= 200 && status < 300 ? 'green' : status === 422 ? 'yellow' : 'red';
  return `${showTime(at, paint)}  ${name}  ${paint(style, word)}  ${durationMs} ms${tries}`;
}

/** One log entry of the function on one line of the terminal: lists by their length, without nested facts. */
function describeEntry(entry: Record<string, unknown>, columns: number, paint: Paint): string {
  const { time, level, message, ...facts } = entry;
  const details = Object.entries(facts).flatMap(([key, value]) => {
    if (Array.isArray(value)) return [`${key}=${value.length}`];
    return typeof value === 'object' ? [] : [`${key}=${showValue(value)}`];
  });
  const indent = '          ';
  const words = [showValue(message ?? ''), ...details].join(' ');
  const text = words.length > columns - indent.length ? `${words.slice(0, columns - indent.length - 1)}…` : words;
  const style: Style = level === 'error' ? 'red' : level === 'warn' ? 'yellow' : 'dim';
  return `${typeof time === 'string' ? `${showTime(time, paint)}  ` : indent}${paint(style, text)}`;
}

function showTime(iso: string, paint: Paint): string {
  return paint('dim', new Date(iso).toTimeString().slice(0, 8));
}

function showValue(value: unknown): string {
  return typeof value === 'string' ? value.replaceAll('\n', ' ') : JSON.stringify(value);
}

function readJson(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
