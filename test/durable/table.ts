import type { Played } from './campaign.ts';
import type { OwnerSeen } from './look.ts';

type Row = readonly [name: string, cell: (owner: OwnerSeen) => number, format?: (value: number) => string];

const rows: readonly Row[] = [
  ['accounts', ({ accounts }) => accounts],
  ['ticks', ({ ticks }) => ticks],
  ['ticks answered 204', ({ accepted }) => accepted],
  ['points expected', ({ expected }) => expected],
  ['points stored', ({ stored }) => stored],
  ['points lost', ({ lost }) => lost],
  ['points too many', ({ surplus }) => surplus],
  ['counts of another tick', ({ ofAnotherTick }) => ofAnotherTick],
  ['one collection a day', ({ collection }) => collection, toUsd],
  ["X's bill", ({ bill }) => bill, toUsd],
  ['settled in the ledger', ({ settled }) => settled, toUsd],
  ['held in the ledger', ({ held }) => held, toUsd],
];
const [nameWidth, cellWidth] = [24, 14];

/** What a person reads. */
export function formatTable(played: Played): string {
  const { owners, records, waiting, deliveries, letters, hasBrokenLetter } = played;
  const line = (name: string, cells: readonly string[]): string =>
    name.padEnd(nameWidth) + cells.map((cell) => cell.padStart(cellWidth)).join('');
  const body = rows.map(([name, cellOf, format = toCount]) => {
    const cells = owners.map(cellOf);
    const total = cells.reduce((sum, cell) => sum + cell, 0);
    return line(name, [...cells, total].map(format));
  });
  const { delivered, doubled, reordered, refused, lost } = deliveries;
  return [
    line('', [...owners.map(({ app }) => app), 'all']),
    ...body,
    '',
    `answers to ticks        ${listOf(played.answers)}`,
    `kill -9                 ${listOf(played.kills)}`,
    `InfluxDB stopped        ${played.awaySeconds} s`,
    `record events           ${records} in the topic, ${delivered} taken by the recorder, ${waiting} waiting`,
    `  taken once more       ${doubled}`,
    `  taken out of order    ${reordered}`,
    `  not taken at first    ${listOf(refused)}`,
    `  given up              ${lost}`,
    `dead letters            ${letters.length} (besides the event sent broken: ${hasBrokenLetter ? 'it came, with 400' : 'it did not come'})`,
    `topic empty after       ${played.drainSeconds} s`,
    `all of it               ${played.seconds} s`,
  ].join('\n');
}

/** What is wrong, a sentence each. */
export function findProblems({ owners, records, waiting, deliveries, letters, hasBrokenLetter }: Played): string[] {
  const ofOwners = owners.flatMap((owner) => {
    const { app, ticks, accepted, expected, lost, surplus, ofAnotherTick, collection, bill, settled, held } = owner;
    const leftOut = accepted === ticks ? '' : `${ticks - accepted} of ${ticks} ticks were never answered 204`;
    return [
      expected > 0 ? '' : 'no tick was answered 204',
      leftOut,
      lost === 0 ? '' : `${lost} of ${expected} points are lost`,
      surplus === 0 ? '' : `${surplus} points too many`,
      ofAnotherTick === 0 ? '' : `${ofAnotherTick} points have the count of another tick`,
      bill === collection ? '' : `X's bill is ${toUsd(bill)}, one collection a day ${toUsd(collection)}`,
      settled === bill ? '' : `the ledger has ${toUsd(settled)} settled of a bill of ${toUsd(bill)}`,
      held === 0 ? '' : `the ledger holds ${toUsd(held)}`,
    ].map((problem) => (problem === '' ? '' : `${app}: ${problem}`));
  });
  const { delivered, dead, lost } = deliveries;
  return [
    ...ofOwners,
    waiting === 0 ? '' : `${waiting} events wait in the topic`,
    delivered + dead === records ? '' : `${records} events in the topic, ${delivered} taken and ${dead} dead`,
    lost === 0 ? '' : `${lost} events were given up`,
    letters.length === 0 ? '' : `dead letters: ${letters.slice(0, 10).join(', ')}`,
    hasBrokenLetter ? '' : 'the event sent broken did not reach the dead letter with 400',
  ].filter((problem) => problem !== '');
}

function toCount(value: number): string {
  return value.toLocaleString('en-US');
}

function toUsd(microUsd: number): string {
  return `$${(microUsd / 1_000_000).toFixed(2)}`;
}

function listOf(counts: Readonly<Record<string, number>>): string {
  const each = Object.entries(counts).map(([name, count]) => `${count} ${name}`);
  return each.length === 0 ? 'none' : each.join(', ');
}
