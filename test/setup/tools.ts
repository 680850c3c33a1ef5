import { canBeRoot, findProgram, runAsRoot } from './programs.ts';

/** Small programs by the name of Debian's package, and what the tests need them for. */
const tools = {
  openssl: 'make certificates with openssl',
  curl: 'let the scripts of influxdb/backup/ call curl, as in their image',
};

/** Installs with apt-get, where this user may, what is not there. Throws what to do. */
export function provideTools(say: (line: string) => void): void {
  for (const [name, purpose] of Object.entries(tools)) {
    if (findProgram([name]) !== undefined) continue;
    if (!findProgram(['apt-get']) || !canBeRoot()) throw new Error(`The tests ${purpose}, and found none: install it.`);
    say(`Installing ${name} (once) …`);
    runAsRoot('apt-get', ['update']);
    runAsRoot('apt-get', ['install', '-y', '--no-install-recommends', name]);
  }
}
