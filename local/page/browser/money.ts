import type { Money, PageAbout } from '../page-state.ts';
import { create, find } from './dom.ts';
import { formatMoney } from './format.ts';

type Part = { class: string; title: string; meaning: string; microUsd: number | null };

/** Shows each app's money of today, and how much of the budget it is. */
export function showMoney(money: readonly Money[], about: PageAbout): void {
  const place = find('money');
  const shown = JSON.stringify([money, about.simulated]);
  if (place.dataset['shown'] === shown) return;
  place.dataset['shown'] = shown;
  if (money.length === 0) {
    place.replaceChildren(
      create('p', { class: 'quiet' }, 'No run yet today: the day of the budget begins at 00:00 UTC.'),
    );
    return;
  }
  const apps = money.flatMap((each) => [
    ...(money.length > 1 ? [create('h3', {}, each.app)] : []),
    ...createMoney(each),
  ]);
  const note = about.simulated
    ? `Nothing is paid here: the real X would charge this. Time runs ${about.speed} times faster, so the default budget is ${about.speed} times the usual one.`
    : '';
  place.replaceChildren(...apps, ...(note === '' ? [] : [create('p', { class: 'note' }, note)]));
}

function createMoney({ spent, held, setAside, left, budget }: Money): HTMLElement[] {
  const parts: Part[] = [
    { class: 'spent', title: 'Spent', meaning: 'for profiles and posts', microUsd: spent },
    { class: 'held', title: 'Held', meaning: 'for requests without an answer', microUsd: held },
    { class: 'set-aside', title: 'Set aside', meaning: 'for profiles not bought yet', microUsd: setAside },
    { class: 'left', title: 'Left', meaning: `of ${formatMoney(budget)}, the day’s budget`, microUsd: left },
  ];
  const figures = parts.map(({ class: name, title, meaning, microUsd }) =>
    create(
      'div',
      { class: name },
      create('dt', {}, title),
      create('dd', { class: 'amount' }, formatMoney(microUsd)),
      create('dd', { class: 'meaning' }, meaning),
    ),
  );
  return [create('dl', { class: 'figures' }, ...figures), createBar(parts)];
}

// The figures above say the same in words.
function createBar(parts: readonly Part[]): HTMLElement {
  const pieces = parts.map(({ class: name, microUsd }) => {
    const piece = create('span', { class: name });
    piece.style.flexGrow = String(Math.max(0, microUsd ?? 0));
    return piece;
  });
  return create('div', { class: 'bar', 'aria-hidden': 'true' }, ...pieces);
}
