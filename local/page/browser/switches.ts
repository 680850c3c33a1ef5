import { rangeNames, type RangeName } from '../page-state.ts';
import type { Mode } from './chart-data.ts';
import { create, find } from './dom.ts';

const rangeTitles: Record<RangeName, string> = { '15m': '15 min', '1h': '1 h', '24h': '24 h', all: 'All' };
const modeTitles: Record<Mode, string> = { change: 'Change', value: 'Followers' };

/** What was chosen; kept in the page's address, so that it survives a reload. */
export type Choice = { range: RangeName; mode: Mode | undefined };

/** Reads the choice from the page's address. */
export function readChoice(): Choice {
  const parameters = new URLSearchParams(location.search);
  const range = rangeNames.find((name) => name === parameters.get('range')) ?? '1h';
  const mode = (['change', 'value'] as const).find((name) => name === parameters.get('show'));
  return { range, mode };
}

/** Builds both switches; `onChange` gets each new choice. */
export function createSwitches(choice: Choice, onChange: (choice: Choice) => void): void {
  addOptions('range', rangeTitles, choice.range, (range) => {
    choice.range = range;
    keep(choice, onChange);
  });
  addOptions('mode', modeTitles, choice.mode, (mode) => {
    choice.mode = mode;
    keep(choice, onChange);
  });
}

/** Marks the mode that was chosen for the user. */
export function markMode(mode: Mode): void {
  const input = find('mode').querySelector<HTMLInputElement>(`input[value=${mode}]`);
  if (input) input.checked = true;
}

function addOptions<Name extends string>(
  id: string,
  titles: Record<Name, string>,
  chosen: Name | undefined,
  onChoose: (name: Name) => void,
): void {
  for (const name of Object.keys(titles) as Name[]) {
    const input = create('input', { type: 'radio', name: id, value: name });
    input.checked = name === chosen;
    input.addEventListener('change', () => {
      onChoose(name);
    });
    find(id).append(create('label', {}, input, titles[name]));
  }
}

function keep(choice: Choice, onChange: (choice: Choice) => void): void {
  const parameters = new URLSearchParams({ range: choice.range });
  if (choice.mode !== undefined) parameters.set('show', choice.mode);
  history.replaceState(null, '', `?${parameters.toString()}`);
  onChange(choice);
}
