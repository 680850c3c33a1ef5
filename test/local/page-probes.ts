import type { Page } from 'playwright-core';

/** How many pixels of the chart have the colour of series `number` (from 1 on). */
export function countSeriesPixels(page: Page, number: number): Promise<number> {
  return page.evaluate<number>(`(() => {
    const canvas = document.querySelector('#chart canvas');
    const color = getComputedStyle(document.documentElement).getPropertyValue('--series-${number}').trim();
    const [red, green, blue] = [1, 3, 5].map((at) => parseInt(color.slice(at, at + 2), 16));
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      if (data[at] === red && data[at + 1] === green && data[at + 2] === blue && data[at + 3] === 255) count++;
    }
    return count;
  })()`);
}

/** Waits until the chart has drawn series `number`, more than `min` pixels of it. */
export async function waitForSeries(page: Page, number: number, min: number): Promise<void> {
  const deadlineMs = Date.now() + 10_000;
  while ((await countSeriesPixels(page, number)) <= min) {
    if (Date.now() > deadlineMs) throw new Error(`series ${number} has not ${min} pixels`);
  }
}

/** Texts on the page whose contrast with what is behind them is under 4.5 to 1 (WCAG 2.2, 1.4.3). */
export function listFaintTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const read = (color) => color.match(/[\\d.]+/g).map(Number);
    const light = (color) => {
      const [red, green, blue] = read(color).map((part) => {
        const share = part / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
    };
    const ground = (element) => {
      for (let at = element; at; at = at.parentElement) {
        const color = getComputedStyle(at).backgroundColor;
        if (read(color)[3] !== 0) return color;
      }
      return 'rgb(255, 255, 255)';
    };
    return [...document.body.querySelectorAll('*')].flatMap((element) => {
      const text = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim() !== '');
      if (text.length === 0 || !element.checkVisibility()) return [];
      const [darker, lighter] = [light(getComputedStyle(element).color), light(ground(element))].sort((a, b) => a - b);
      return (lighter + 0.05) / (darker + 0.05) < 4.5 ? [element.tagName + ' ' + text[0].data] : [];
    });
  })()`);
}

/** Texts on the page that reach beyond the card they stand in, or beyond what cuts them off. */
export function listCutTexts(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const cut = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      const element = text.parentElement;
      if (text.data.trim() === '' || !element.checkVisibility() || element.closest('.unseen, thead, noscript')) continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right } = range.getBoundingClientRect();
      const around = (element.closest('pre, .card, header, main') ?? document.body).getBoundingClientRect();
      if (left < around.left - 1 || right > around.right + 1) cut.push(text.data);
    }
    return cut;
  })()`);
}
