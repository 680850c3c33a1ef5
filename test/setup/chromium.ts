import { canBeRoot, findProgram, runAsRoot } from './programs.ts';

const names = [
  '/usr/bin/chromium',
  'chromium',
  'chromium-browser',
  'google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The path of a Chromium: `CHROMIUM_BIN`, else the system's. */
export function findChromium(): string | undefined {
  const given = process.env['CHROMIUM_BIN'];
  return findProgram(given ? [given] : names);
}

/** Installs Debian's Chromium where none is found and this user may. Throws what to do. */
export function provideChromium(say: (line: string) => void): void {
  if (findChromium() !== undefined) return;
  const given = process.env['CHROMIUM_BIN'];
  if (given) throw new Error(`CHROMIUM_BIN=${given} is no program.`);
  if (!findProgram(['apt-get']) || !canBeRoot()) throw new Error(adviceByHand());
  say('Installing Chromium (once) …');
  runAsRoot('apt-get', ['update']);
  runAsRoot('apt-get', ['install', '-y', '--no-install-recommends', 'chromium']);
  if (findChromium() === undefined)
    throw new Error('apt-get installed chromium, but no program of that name is there.');
}

function adviceByHand(): string {
  const command = findProgram(['apt-get'])
    ? 'sudo apt-get update && sudo apt-get install -y --no-install-recommends chromium'
    : process.platform === 'darwin'
      ? 'brew install --cask chromium'
      : 'export CHROMIUM_BIN=/path/to/chromium';
  return `The tests look at the chart page in a real browser and found no Chromium. Run: ${command}`;
}
