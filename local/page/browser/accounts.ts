import type { Account } from '../page-state.ts';
import { findBaseline, findCurrent } from './chart-data.ts';
import { create, createSwatch, find, setText } from './dom.ts';
import { formatChange, formatCount } from './format.ts';
import type { LineStyle } from './palette.ts';

/** The table that is the chart's legend: rows are kept, so that a button keeps the keyboard's focus. */
export type AccountTable = { rows: Map<string, HTMLTableRowElement>; onToggle: (userId: string) => void };

/** Fills the table; a press on an account's name hides or shows its line. */
export function showAccounts(
  table: AccountTable,
  accounts: readonly Account[],
  styles: ReadonlyMap<string, LineStyle>,
  hidden: ReadonlySet<string>,
): void {
  const rows = accounts.map((account) => {
    const style = styles.get(account.userId);
    const key = `${account.userId} ${style?.color ?? ''} ${String(style?.dash)}`;
    const row = table.rows.get(key) ?? createRow(table, account.userId, style);
    table.rows.set(key, row);
    fillRow(row, account, !hidden.has(account.userId));
    return row;
  });
  const body = find('accounts').querySelector('tbody');
  const isSame = body?.children.length === rows.length && rows.every((row, at) => body.children[at] === row);
  if (!isSame) body?.replaceChildren(...rows);
}

function createRow(table: AccountTable, userId: string, style: LineStyle | undefined): HTMLTableRowElement {
  const swatch = createSwatch(`var(${style?.color ?? '--ink'})`, style?.dash ?? []);
  const button = create('button', { type: 'button', title: 'Show or hide this line' }, swatch, create('span'));
  button.addEventListener('click', () => {
    table.onToggle(userId);
  });
  return create(
    'tr',
    { role: 'row' },
    create('td', { role: 'cell' }, button),
    create('td', { role: 'cell', class: 'number' }),
    create('td', { role: 'cell', class: 'number' }),
  );
}

function fillRow(row: HTMLTableRowElement, account: Account, isShown: boolean): void {
  const button = row.querySelector('button');
  button?.setAttribute('aria-pressed', String(isShown));
  const name = button?.querySelector('span');
  if (name) setText(name, `@${account.username}`);
  const [, current, change] = row.cells;
  const difference = findCurrent(account) - findBaseline(account);
  if (current) setText(current, formatCount(findCurrent(account)));
  if (!change) return;
  setText(change, formatChange(difference));
  change.className = `number ${difference > 0 ? 'good' : difference < 0 ? 'bad' : 'quiet'}`;
}
