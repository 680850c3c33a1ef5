import ora from 'ora';

/** A bar that shows how much of the numbers is done. */
export interface Progress {
  /** Counts numbers as done; `name` is the user they belong to. */
  readonly advance: (name: string, numbers: number) => void;
  /** Takes the bar away. */
  readonly stop: () => void;
}

const barLength = 30;

/** A bar on this stream where it is a terminal, else nothing. `done` of `total` numbers were dealt with before. */
export function openProgress(stream: NodeJS.WriteStream, total: number, done: number): Progress {
  // In a terminal that says it is 0 columns wide, as `script` makes them, ora would count lines for ever.
  if (!stream.isTTY || stream.columns === 0) return { advance: () => undefined, stop: () => undefined };
  // Left to itself ora would read the keyboard, and Ctrl-C with it, and draw nothing where a variable CI is set.
  const bar = ora({ stream, discardStdin: false, isEnabled: true });
  const startedAt = Date.now();
  let now = done;
  const show = (name: string): void => {
    bar.text = describeProgress(name, { done, now, total, elapsedMs: Date.now() - startedAt });
  };
  show('');
  bar.start();
  return {
    advance: (name, numbers) => {
      now += numbers;
      show(name);
    },
    stop: () => {
      bar.stop();
    },
  };
}

interface Standing {
  /** Numbers done before this start, now, and at the end. */
  readonly done: number;
  readonly now: number;
  readonly total: number;
  readonly elapsedMs: number;
}

/** The text of the bar: `━━━━────  40 %  400 of 1,000 numbers  about 3 s left  jack`. */
export function describeProgress(name: string, { done, now, total, elapsedMs }: Standing): string {
  const share = total === 0 ? 1 : Math.min(1, now / total);
  const filled = Math.floor(share * barLength);
  const bar = '━'.repeat(filled) + '─'.repeat(barLength - filled);
  const count = (number: number): string => number.toLocaleString('en-US');
  const left = now > done ? Math.ceil(((total - now) / (now - done)) * (elapsedMs / 1000)) : undefined;
  return [
    bar,
    `${Math.floor(share * 100)} %`,
    `${count(now)} of ${count(total)} numbers`,
    ...(left === undefined ? [] : [`about ${count(left)} s left`]),
    ...(name === '' ? [] : [name]),
  ].join('  ');
}
