import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One configured value and, when it came from a file, that file's path, so that it can be read again. */
export interface Setting {
  readonly value: string;
  readonly file?: string;
}

/** The operator's mistake: its message alone is what they need to see. */
export class ConfigError extends Error {
  constructor(sentences: readonly string[]) {
    const count = sentences.length === 1 ? 'a problem' : `${sentences.length} problems`;
    super(
      `twittergraph cannot start: its configuration has ${count}.\n` +
        sentences.map((sentence) => `  - ${sentence}\n`).join('') +
        'A variable X may also be a file: named by X_FILE, or called X in a folder below /etc/twittergraph (CONFIG_DIR). ' +
        'docs/variables.md lists all variables.',
    );
    this.name = 'ConfigError';
  }
}

/** An environment and the folder of mounted Secrets and ConfigMaps (`CONFIG_DIR`), and what is wrong with them. */
export interface Settings {
  readonly env: Environment;
  readonly configDir: string;
  /** Sentences that begin with the variable's name and never hold the value of a secret. */
  readonly problems: { readonly name: string; readonly sentence: string }[];
}

export function openSettings(env: Environment): Settings {
  return { env, configDir: env['CONFIG_DIR'] ?? '/etc/twittergraph', problems: [] };
}

/**
 * The setting `name`: environment variable, else the file that `name_FILE` points to, else the file `name` in any
 * folder below `CONFIG_DIR`. Empty counts as not set. One trailing line break is cut, since editors and
 * `kubectl create secret --from-file` leave one.
 */
export function findSetting(settings: Settings, name: string): Setting | undefined {
  const value = settings.env[name];
  const found = value === undefined || value === '' ? findFile(settings, name) : { value };
  if (found === undefined || found.value === '') return undefined;
  if (found.value.trimStart().startsWith('{{')) {
    const advice = 'that func did not fill in: deploy with kn func deploy, or set the value itself';
    addProblem(settings, name, ` still holds a placeholder, "{{ … }}", ${advice}.`);
    return undefined;
  }
  return found;
}

/** The setting `name` without the white space around it. */
export function readText(settings: Settings, name: string): string | undefined {
  return findSetting(settings, name)?.value.trim();
}

/** The setting `name` as a value; `standard` where it is not set, and with a problem that ends in `advice` where it is none. */
export function readValue<T>(
  settings: Settings,
  name: string,
  standard: T,
  advice: string,
  parse: (text: string) => T | undefined,
): T {
  const text = readText(settings, name);
  if (text === undefined) return standard;
  const value = parse(text);
  if (value === undefined) addProblem(settings, name, ` is ${quote(text)}${advice}`);
  return value ?? standard;
}

/** Notes what is wrong with the variable `name`: `rest` follows the name. */
export function addProblem(settings: Settings, name: string, rest: string): void {
  settings.problems.push({ name, sentence: `${name}${rest}` });
}

/** Notes that the first of these variables is missing, unless something is wrong with one of them: it is there then. */
export function addMissing(settings: Settings, names: readonly [string, ...string[]], rest: string): void {
  if (!settings.problems.some(({ name }) => names.includes(name))) addProblem(settings, names[0], rest);
}

/** A value as a problem shows it. */
export function quote(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}

function findFile(settings: Settings, name: string): Setting | undefined {
  const pointed = settings.env[`${name}_FILE`];
  if (pointed !== undefined && pointed !== '') {
    return readSetting(pointed, (error) => {
      addProblem(settings, name, `_FILE names ${pointed}, which cannot be read (${errorCode(error)}).`);
    });
  }
  // Each mounted folder holds only some of the variables.
  const mounted = mountedFolders(settings.configDir).flatMap((folder) => readSetting(join(folder, name)) ?? []);
  const present = mounted.filter(({ value }) => value !== '');
  if (new Set(present.map(({ value }) => value)).size > 1) {
    const files = present.map(({ file }) => file).join(' and ');
    addProblem(settings, name, ` stands in ${files} with different values: keep one.`);
  }
  return present[0];
}

function readSetting(file: string, complain?: (error: unknown) => void): Setting | undefined {
  try {
    return { value: readFileSync(file, 'utf8').replace(/\r?\n$/, ''), file };
  } catch (error) {
    complain?.(error);
    return undefined;
  }
}

/** Kubernetes keeps the real files in a hidden folder beside the links, which must not be looked at twice. */
function mountedFolders(configDir: string): string[] {
  try {
    const entries = readdirSync(configDir).filter((entry) => !entry.startsWith('.'));
    return entries.sort().map((entry) => join(configDir, entry));
  } catch {
    return []; // no folder: nothing is mounted, which is how it runs outside a cluster
  }
}

/** The system's error code (`ENOENT`, `ECONNREFUSED` …) of something caught, else its name. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.name;
  return 'unknown error';
}
