import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** A file of the page, held in memory. */
export type Asset = { type: string; body: string };

/** Reads and bundles what the browser gets, by URL path. Throws when the browser part does not compile. */
export async function loadAssets(): Promise<Map<string, Asset>> {
  const [html, css, cardsCss, chartCss, icon, script] = await Promise.all([
    readFile(locate('page.html'), 'utf8'),
    readFile(locate('page.css'), 'utf8'),
    readFile(locate('cards.css'), 'utf8'),
    readFile(createRequire(import.meta.url).resolve('uplot/dist/uPlot.min.css'), 'utf8'),
    readFile(locate('icon.svg'), 'utf8'),
    bundleScript(),
  ]);
  return new Map([
    ['/', { type: 'text/html; charset=utf-8', body: html }],
    ['/page.css', { type: 'text/css; charset=utf-8', body: `${chartCss}\n${css}\n${cardsCss}` }],
    ['/page.js', { type: 'text/javascript; charset=utf-8', body: script }],
    ['/icon.svg', { type: 'image/svg+xml', body: icon }],
  ]);
}

async function bundleScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [locate('browser/main.ts')],
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2022',
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function locate(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
