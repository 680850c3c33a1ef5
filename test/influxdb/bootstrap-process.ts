import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { root } from '../support/yaml.ts';

/** The keys of the three Secrets, by Secret. */
export type Secrets = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** How the bootstrap ended; `lines` are those of stdout. */
export interface End {
  code: number | null;
  lines: string[];
  stderr: string;
}

/** What no output may hold; it stands in every secret value of `secrets`. */
export const marker = 'MARKER-7f3a';

/** Secrets as an operator would make them, with characters that want quoting. */
export const secrets = {
  'influxdb-admin': {
    INFLUXDB_ADMIN_USERNAME: 'admin',
    INFLUXDB_ADMIN_PASSWORD: `Adm"in'\\ ${marker}`,
    INFLUXDB_ADMIN_TOKEN: `0p3rator-${marker}`,
  },
  'influxdb-creds': { INFLUXDB_USERNAME: 'twittergraph', INFLUXDB_PASSWORD: `Wr'ite $1 ${marker}\n` },
  'grafana-creds': { INFLUXDB_READ_USERNAME: 'grafana', INFLUXDB_READ_PASSWORD: `R€ad-${marker}` },
} satisfies Secrets;

/** Runs the bootstrap to its end, with the Secrets as mounted files and no environment but this. */
export async function runBootstrap(
  url: string,
  given: { secrets?: Secrets; env?: Readonly<Record<string, string>>; argv?: readonly string[] } = {},
): Promise<End> {
  const folder = await mkdtemp(join(tmpdir(), 'twittergraph-bootstrap-'));
  try {
    await writeSecrets(folder, given.secrets ?? secrets);
    const env = { INFLUXDB_URL: url, SECRETS_DIR: folder, WAIT_SECONDS: '10', ...given.env };
    return await runScript(env, given.argv ?? []);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Node's arguments for a script: it alone, as in the Job, where Node takes TypeScript by itself; Node 20 needs help. */
export function scriptArguments(path: string): string[] {
  const { typescript } = process.features as { typescript?: string | false };
  return typescript === 'strip' ? [path] : ['--import', import.meta.resolve('tsx'), path];
}

async function runScript(env: Readonly<Record<string, string>>, argv: readonly string[]): Promise<End> {
  const script = join(root, 'influxdb', 'bootstrap', 'bootstrap.ts');
  const child = spawn(process.execPath, [...scriptArguments(script), ...argv], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const seen = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (seen.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (seen.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, lines: seen.stdout.split('\n').filter((line) => line !== ''), stderr: seen.stderr };
}

async function writeSecrets(folder: string, given: Secrets): Promise<void> {
  for (const [name, keys] of Object.entries(given)) {
    await mkdir(join(folder, name));
    for (const [key, value] of Object.entries(keys)) await writeFile(join(folder, name, key), value);
  }
}
