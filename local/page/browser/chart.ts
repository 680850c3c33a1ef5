import uPlot from 'uplot';
import type { Account } from '../page-state.ts';
import { alignSeries, type Mode, needsLogScale, padRange } from './chart-data.ts';
import { drawEndLabels, endLabelWidth } from './chart-labels.ts';
import { createTip, type Tip } from './chart-tip.ts';
import { formatAxisTime, formatChange, formatCount } from './format.ts';
import { type LineStyle, resolveColor } from './palette.ts';

/** What the chart is to show. */
export type ChartView = {
  accounts: readonly Account[];
  styles: ReadonlyMap<string, LineStyle>;
  mode: Mode;
  fromMs: number;
  toMs: number;
};

/** A chart in its place on the page. */
export type Chart = { place: HTMLElement; tip: Tip; plot?: uPlot; view?: ChartView; shape?: string };

const font = '12px system-ui, sans-serif';
const steps = Array.from({ length: 11 }, (_, power) => [1, 2, 5].map((digit) => digit * 10 ** power)).flat();

const logScale: uPlot.Scale = {
  // eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- uPlot names it only in a const enum of its types.
  distr: 3,
  range: (_, min, max) => [10 ** Math.floor(Math.log10(min)), 10 ** Math.ceil(Math.log10(max))],
};

/** Prepares the chart and keeps it as wide as its place. */
export function createChart(place: HTMLElement): Chart {
  const chart: Chart = { place, tip: createTip(place) };
  new ResizeObserver(() => {
    if (chart.view !== undefined) showChart(chart, chart.view);
  }).observe(place);
  return chart;
}

/** Draws. Where only numbers changed the lines move in place, so that a pointer on the chart keeps its reading. */
export function showChart(chart: Chart, view: ChartView): void {
  chart.view = view;
  const isLog = view.mode === 'value' && needsLogScale(view.accounts);
  const names = view.accounts.map(({ userId, username }) => [userId, username]);
  const ink = resolveColor('--ink');
  const shape = JSON.stringify([names, view.mode, isLog, ink, chart.place.clientWidth, chart.place.clientHeight]);
  const data = alignSeries(view.accounts, view.mode) as uPlot.AlignedData;
  if (chart.plot !== undefined && chart.shape === shape) {
    chart.plot.setData(data);
    return;
  }
  chart.plot?.destroy();
  chart.shape = shape;
  chart.plot = new uPlot(buildOptions(chart, view, isLog), data, chart.place);
}

function buildOptions(chart: Chart, view: ChartView, isLog: boolean): uPlot.Options {
  const formatY = view.mode === 'change' ? formatChange : formatCount;
  const width = chart.place.clientWidth;
  const labels = endLabelWidth(view.accounts, width, font);
  return {
    width,
    height: chart.place.clientHeight,
    // Half of the last time's label.
    padding: [12, labels === 0 ? 28 : labels, 0, 0],
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, y: false, points: { size: 7 } },
    scales: {
      x: { time: true, range: () => [(chart.view?.fromMs ?? 0) / 1000, (chart.view?.toMs ?? 1) / 1000] },
      y: isLog ? logScale : { range: (_, min: number | null, max: number | null) => padRange(min, max) },
    },
    axes: [buildTimeAxis(), buildCountAxis(formatY, isLog)],
    series: [{}, ...view.accounts.map((account) => buildSeries(account, view.styles))],
    hooks: {
      draw:
        labels === 0
          ? []
          : [
              (plot) => {
                if (chart.view) drawEndLabels(plot, chart.view, font);
              },
            ],
      setCursor: [
        (plot) => {
          if (chart.view) chart.tip.show(plot, chart.view, formatY);
        },
      ],
    },
  };
}

function buildSeries(account: Account, styles: ReadonlyMap<string, LineStyle>): uPlot.Series {
  const style = styles.get(account.userId);
  const color = resolveColor(style?.color ?? '--ink');
  return {
    label: account.username,
    stroke: color,
    width: 2,
    dash: style?.dash ?? [],
    points: { size: 7, fill: color, stroke: color, dash: [] },
  };
}

function buildTimeAxis(): uPlot.Axis {
  return {
    ...axisColors(),
    space: 70,
    size: 34,
    values: (_, splits, _axis, _space, stepSeconds) => splits.map((at) => formatAxisTime(at * 1000, stepSeconds)),
  };
}

function buildCountAxis(format: (count: number) => string, isLog: boolean): uPlot.Axis {
  const axis = {
    ...axisColors(),
    size: (_: uPlot, values: string[] | null) => 14 + Math.max(20, ...(values ?? []).map((text) => text.length * 7)),
    values: (_: uPlot, splits: (number | null)[]) => splits.map((at) => (at === null ? '' : format(at))),
  };
  if (!isLog) return { ...axis, incrs: steps };
  return { ...axis, splits: (_plot, _axis, min, max) => listPowersOfTen(min, max) };
}

function listPowersOfTen(min: number, max: number): number[] {
  const powers: number[] = [];
  for (let power = min; power <= max * 1.001; power *= 10) powers.push(Math.round(power));
  return powers;
}

function axisColors(): uPlot.Axis {
  const line = { stroke: resolveColor('--rule'), width: 1 };
  return { stroke: resolveColor('--quiet'), font, grid: line, ticks: { ...line, size: 4 } };
}
