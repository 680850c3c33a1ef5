import type uPlot from 'uplot';
import type { Account } from '../page-state.ts';
import type { ChartView } from './chart.ts';
import { findBaseline, findCurrent } from './chart-data.ts';
import { resolveColor } from './palette.ts';

const maxLabels = 10;
const lineHeight = 15;

/** CSS pixels to keep free right of the lines for their names; 0 where there is no room for names. */
export function endLabelWidth(accounts: readonly Account[], chartWidth: number, font: string): number {
  const context = document.createElement('canvas').getContext('2d');
  if (context === null || chartWidth < 560 || accounts.length === 0 || accounts.length > maxLabels) return 0;
  context.font = font;
  return Math.min(160, 16 + Math.max(...accounts.map(({ username }) => context.measureText(`@${username}`).width)));
}

/** Writes each account's name beside the end of its line, in its colour, moved apart where lines end close together. */
export function drawEndLabels(plot: uPlot, view: ChartView, font: string): void {
  const ratio = devicePixelRatio;
  const labels = view.accounts.map((account) => {
    const last = findCurrent(account) - (view.mode === 'change' ? findBaseline(account) : 0);
    const color = resolveColor(view.styles.get(account.userId)?.color ?? '--ink');
    return { text: `@${account.username}`, color, y: plot.valToPos(last, 'y', true) };
  });
  labels.sort((left, right) => left.y - right.y);
  moveApart(labels, lineHeight * ratio, plot.bbox.top + plot.bbox.height);
  const { ctx } = plot;
  ctx.save();
  ctx.font = font.replace(/\d+px/, `${12 * ratio}px`);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'middle';
  for (const { text, color, y } of labels) {
    ctx.fillStyle = color;
    ctx.fillText(text, plot.bbox.left + plot.bbox.width + 8 * ratio, y);
  }
  ctx.restore();
}

function moveApart(labels: { y: number }[], distance: number, bottom: number): void {
  labels.forEach((label, at) => {
    const above = labels[at - 1];
    if (above !== undefined) label.y = Math.max(label.y, above.y + distance);
  });
  for (let at = labels.length - 1, limit = bottom; at >= 0; at--, limit -= distance) {
    const label = labels[at];
    if (label !== undefined) label.y = Math.min(label.y, limit);
  }
}
