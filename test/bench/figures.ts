/** What a figure counts; ratios to the floor are made of all of them. */
export type Unit = 'CPU ms' | 'CPU us' | 'wall ms' | 'MiB' | 'x' | 'count';

/** Repeated measurements of one thing at one program. */
export interface Figure {
  /** Node's major version. */
  readonly node: number;
  readonly part: string;
  readonly what: string;
  readonly program: string;
  readonly unit: Unit;
  readonly samples: readonly number[];
}

/** A figure as it is printed. */
export interface Row extends Omit<Figure, 'samples'> {
  readonly min: number;
  readonly median: number;
  readonly max: number;
  /** Median to the floor's in the same run; `undefined` where the floor has no such figure. */
  readonly ratio: number | undefined;
}

/** The program that the others are compared with. */
export const floorName = 'floor';

/** The figures of one part on one Node, while they are measured. */
export interface Figures {
  readonly add: (program: string, what: string, unit: Unit, sample: number) => void;
  readonly all: () => readonly Figure[];
}

/** Collects samples of one part on one Node; the same thing measured again adds to its samples. */
export function openFigures(node: number, part: string): Figures {
  const figures = new Map<string, Figure & { samples: number[] }>();
  return {
    add(program: string, what: string, unit: Unit, sample: number): void {
      const key = `${what} ${unit} ${program}`;
      const known = figures.get(key) ?? { node, part, what, program, unit, samples: [] };
      known.samples.push(sample);
      figures.set(key, known);
    },
    all: (): readonly Figure[] => [...figures.values()],
  };
}

/** Figures as rows: by Node and part, CPU first, then memory, wall time last. */
export function toRows(figures: readonly Figure[]): readonly Row[] {
  const rows = figures.map((figure): Row => {
    const { samples, ...about } = figure;
    const floor = figures.find((other) => other.program === floorName && isSameThing(other, figure));
    const median = medianOf(samples);
    const ratio =
      floor === undefined || ['x', 'count'].includes(figure.unit) ? undefined : median / medianOf(floor.samples);
    return { ...about, min: Math.min(...samples), median, max: Math.max(...samples), ratio };
  });
  const order = ['CPU ms', 'CPU us', 'x', 'MiB', 'count', 'wall ms'];
  const places = new Map([...new Set(rows.map(({ node, part }) => `${node} ${part}`))].map((key, at) => [key, at]));
  const placeOf = ({ node, part, unit }: Row): number =>
    10 * (places.get(`${node} ${part}`) ?? 0) + order.indexOf(unit);
  return rows.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.what < b.what ? -1 : a.what > b.what ? 1 : 0));
}

function isSameThing(a: Figure, b: Figure): boolean {
  return a.node === b.node && a.part === b.part && a.what === b.what && a.unit === b.unit;
}

/** The middle one, or the mean of the two in the middle. */
export function medianOf(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}
