import type { PageState } from '../page-state.ts';

/** What became of one reading. */
export type Reading = { state: PageState } | { gone: string };
/** A live connection to the page's server. */
export type Live = { reload(): void };

const timeoutMs = 10_000;
const retryMs = 3_000;
const idleMs = 30_000;

/** Reads the state now, at each event of the server, and again soon after a reading that failed; hands on every reading. */
export function startLive(readUrl: () => string, onReading: (reading: Reading) => void): Live {
  let newest = 0;
  let timer = 0;
  const reload = (): void => {
    const turn = ++newest;
    clearTimeout(timer);
    void read(readUrl()).then((reading) => {
      // A slow answer to an older question must not replace a newer one.
      if (turn !== newest) return;
      onReading(reading);
      const isWell = 'state' in reading && reading.state.storeProblem === undefined;
      timer = setTimeout(reload, isWell ? idleMs : retryMs);
    });
  };
  listen(reload);
  return { reload };
}

// A browser reconnects by itself, unless it was answered something other than a stream.
function listen(reload: () => void): void {
  const events = new EventSource('/events');
  events.addEventListener('open', reload);
  events.addEventListener('refresh', reload);
  events.addEventListener('error', () => {
    reload();
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => {
      listen(reload);
    }, retryMs);
  });
}

async function read(url: string): Promise<Reading> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    if (!response.ok) return { gone: `This page’s server answers ${response.status}.` };
    return { state: (await response.json()) as PageState };
  } catch {
    return {
      gone: 'npm run local does not answer: it was stopped, or is busy. Start it again; this page comes back by itself.',
    };
  }
}
