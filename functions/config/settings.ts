import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One configured value and, when it came from a file, that file's path (so that it can be read again). */
export interface Setting {
  readonly value: string;
  readonly file?: string;
}

/** Finds settings by name; what cannot be read is noted in `problems`. */
export interface Settings {
  readonly env: Environment;
  readonly configDir: string;
  readonly problems: string[];
  /** Settings that were found but cannot be used: they are not missing, their problem is noted. */
  readonly refused: Set<string>;
}

const defaultConfigDir = '/etc/twittergraph';

/** Settings over an environment and the folder of mounted Secrets and ConfigMaps (`CONFIG_DIR`). */
export function openSettings(env: Environment): Settings {
  return { env, configDir: env['CONFIG_DIR'] ?? defaultConfigDir, problems: [], refused: new Set() };
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
    settings.refused.add(name);
    settings.problems.push(
      `${name} still holds a placeholder, "{{ … }}", that func did not fill in: deploy with kn func deploy, or set the value itself.`,
    );
    return undefined;
  }
  return found;
}

function findFile(settings: Settings, name: string): Setting | undefined {
  const pointed = settings.env[`${name}_FILE`];
  if (pointed !== undefined && pointed !== '') return readSettingFile(settings, name, pointed);
  const mounted = mountedFolders(settings.configDir).map((folder) => readMounted(join(folder, name)));
  const present = mounted.filter((setting) => setting !== undefined && setting.value !== '');
  if (new Set(present.map((setting) => setting?.value)).size > 1) {
    const files = present.map((setting) => setting?.file).join(' and ');
    settings.problems.push(`${name} stands in ${files} with different values: keep one.`);
  }
  return present[0];
}

function readSettingFile(settings: Settings, name: string, file: string): Setting | undefined {
  try {
    return { value: withoutLastLineBreak(readFileSync(file, 'utf8')), file };
  } catch (error) {
    settings.refused.add(name);
    settings.problems.push(`${name}_FILE names ${file}, which cannot be read (${errorCode(error)}).`);
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

function readMounted(file: string): Setting | undefined {
  try {
    return { value: withoutLastLineBreak(readFileSync(file, 'utf8')), file };
  } catch {
    return undefined; // each mounted folder holds only some of the variables
  }
}

function withoutLastLineBreak(text: string): string {
  return text.replace(/\r?\n$/, '');
}

/** The system's error code (`ENOENT`, `ECONNREFUSED` …) of something caught, else its name. */
export function errorCode(error: unknown): string {
  if (error instanceof Error) return (error as NodeJS.ErrnoException).code ?? error.name;
  return 'unknown error';
}
