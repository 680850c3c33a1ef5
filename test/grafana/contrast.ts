/** What panels stand on in the light and in the dark theme. */
export const grounds = ['#FFFFFF', '#181B1F'] as const;

/** https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
export function contrastOf(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminanceOf(one), luminanceOf(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/**
 * The text that Grafana puts on a colour, and that colour as it is seen on the panel's ground.
 * https://github.com/grafana/grafana/blob/main/packages/grafana-ui/src/utils/colors.ts (`getTextColorForAlphaBackground`)
 */
export function cellOn(
  colour: string,
  ground: (typeof grounds)[number],
): { readonly text: string; readonly seen: string } {
  const [dark, light] = ['#202226', '#F7F8FA'];
  const alpha = colour.length === 9 ? Number.parseInt(colour.slice(7), 16) / 255 : 1;
  const seen = blend(colour, ground, alpha);
  if (alpha < 0.3) return { text: ground === '#FFFFFF' ? dark : light, seen };
  const [red = 0, green = 0, blue = 0] = channelsOf(colour);
  return { text: 0.299 * red + 0.587 * green + 0.114 * blue > 180 ? dark : light, seen };
}

function blend(colour: string, ground: string, alpha: number): string {
  const under = channelsOf(ground);
  const mixed = channelsOf(colour).map((each, index) => Math.round(alpha * each + (1 - alpha) * (under[index] ?? 0)));
  return `#${mixed.map((each) => each.toString(16).padStart(2, '0')).join('')}`;
}

function luminanceOf(colour: string): number {
  const channels = channelsOf(colour).map((each) => each / 255);
  const [red = 0, green = 0, blue = 0] = channels.map((each) =>
    each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channelsOf(colour: string): number[] {
  return [1, 3, 5].map((start) => Number.parseInt(colour.slice(start, start + 2), 16));
}
