import type uPlot from 'uplot';
import type { ChartView } from './chart.ts';
import { create, createSwatch } from './dom.ts';
import { formatTime } from './format.ts';

/** The box beside the pointer that reads the lines at one time. */
export type Tip = { show(plot: uPlot, view: ChartView, format: (count: number) => string): void };

/** Creates it, unseen. */
export function createTip(place: HTMLElement): Tip {
  const box = create('div', { class: 'tip', hidden: '', 'aria-hidden': 'true' });
  place.append(box);
  return {
    show: (plot, view, format) => {
      const at = plot.cursor.idx;
      box.hidden = at === null || at === undefined || (plot.cursor.left ?? -1) < 0;
      if (box.hidden || at === null || at === undefined) return;
      const timeMs = (plot.data[0][at] ?? 0) * 1000;
      const lines = view.accounts
        .map((account, index) => ({ account, value: readAt(plot.data[index + 1], at) }))
        .filter((line): line is { account: (typeof line)['account']; value: number } => line.value !== undefined)
        .sort((left, right) => right.value - left.value)
        .map(({ account, value }) => {
          const style = view.styles.get(account.userId);
          const swatch = createSwatch(`var(${style?.color ?? '--ink'})`, style?.dash ?? []);
          return create('div', {}, swatch, `@${account.username}`, create('b', {}, format(value)));
        });
      box.replaceChildren(create('div', { class: 'quiet' }, formatTime(timeMs, view.toMs)), ...lines);
      moveBeside(box, place, plot.bbox.left / devicePixelRatio + (plot.cursor.left ?? 0));
    },
  };
}

// An account without a point of this very time had the count of its point before.
function readAt(column: ArrayLike<number | null | undefined> | undefined, at: number): number | undefined {
  for (let index = at; index >= 0; index--) {
    const value = column?.[index];
    if (value !== null && value !== undefined) return value;
  }
  return undefined;
}

function moveBeside(box: HTMLElement, place: HTMLElement, x: number): void {
  const isRight = x + 14 + box.offsetWidth <= place.clientWidth;
  box.style.left = `${isRight ? x + 14 : Math.max(0, x - 14 - box.offsetWidth)}px`;
}
