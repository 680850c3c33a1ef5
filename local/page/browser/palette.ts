import type { Account } from '../page-state.ts';

/** How one account's line is drawn; `color` is a CSS custom property's name, its value depends on the colour scheme. */
export type LineStyle = { color: string; dash: number[] };

const dashes = [[], [8, 4], [2, 3]];

/** A style per account, the same whatever the order of the accounts; hue and dash both differ between neighbours. */
export function chooseStyles(accounts: readonly Account[]): Map<string, LineStyle> {
  const ids = accounts.map(({ userId }) => userId).sort();
  return new Map(
    ids.map((id, at) => [id, { color: `--series-${(at % 6) + 1}`, dash: dashes[(at + Math.floor(at / 6)) % 3] ?? [] }]),
  );
}

/** The value of a custom property in the scheme of now. */
export function resolveColor(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
