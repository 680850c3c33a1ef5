/** Whether the numbers in coloured cells can be read, in the light and in the dark theme. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { FieldConfig } from '@grafana/schema';

import { cellOn, contrastOf, grounds } from './contrast.ts';
import { panelsOf, readDashboards, stringsIn } from './dashboard.ts';

/** https://www.w3.org/TR/WCAG22/#contrast-minimum, of large text: numbers stand alone in a cell. */
const least = 3;

for (const { name, dashboard } of readDashboards())
  describe(name, () => {
    for (const { title, fieldConfig, options } of panelsOf(dashboard)) {
      const filled = (fieldConfig?.overrides ?? []).filter(({ properties }) =>
        stringsIn(properties).includes('color-background'),
      );
      const isFilled = options?.['colorMode'] === 'background_solid';
      if (filled.length === 0 && !isFilled) continue;

      it(`${String(title)}: text on every colour can be read in both themes`, () => {
        const settings = [fieldConfig?.defaults, ...(isFilled ? (fieldConfig?.overrides ?? []) : filled)];
        assert.deepEqual(blendsIn(settings, fieldConfig?.defaults ?? {}), []);
        const colours = new Set(stringsIn(settings).filter((each) => /^#[\dA-F]{6,8}$/.test(each)));
        assert.ok(colours.size > 0);
        for (const colour of colours)
          for (const ground of grounds) {
            const { text, seen } = cellOn(colour, ground);
            assert.ok(contrastOf(text, seen) >= least, `${text} on ${colour} over ${ground}`);
          }
      });
    }
  });

/** Schemes that blend one colour into another: half-way they are too dark for dark text and too light for white. */
function blendsIn(settings: unknown, { color }: FieldConfig): string[] {
  return [...stringsIn(settings), color?.mode ?? ''].filter((each) => each.startsWith('continuous-'));
}
