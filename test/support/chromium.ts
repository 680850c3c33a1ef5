import { chromium, type Browser } from 'playwright-core';

import { findChromium } from '../setup/chromium.ts';

/** Starts a headless Chromium with a profile of its own that asks nothing of the internet by itself. Close it after use. */
export async function launchChromium(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found: run `npm test` once, or set CHROMIUM_BIN.');
  return await chromium.launch({
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
