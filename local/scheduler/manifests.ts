import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { type CronSchedule, parseSchedule } from './cron.ts';

/** A PingSource: what it sends, and when. */
export interface PingSource {
  readonly name: string;
  readonly namespace: string;
  readonly schedule: CronSchedule;
  readonly contentType: string | undefined;
  readonly data: Buffer | undefined;
  readonly extensions: Readonly<Record<string, string>>;
  /** Joined to the sink's address, as `sink.uri` is to that of `sink.ref`. */
  readonly uri: string | undefined;
}

/** The part of sources.knative.dev/v1 PingSource that decides what is sent. */
interface Manifest {
  kind?: unknown;
  metadata?: { name?: string; namespace?: string };
  spec?: {
    schedule?: string;
    timezone?: string;
    contentType?: string;
    data?: string;
    dataBase64?: string;
    sink?: { uri?: string };
    ceOverrides?: { extensions?: Record<string, unknown> };
  };
}

/**
 * Every PingSource in the YAML files of a folder, not of the folders below it, which hold variants of the same. Throws,
 * naming the file, where one cannot be read, or has no name or a schedule that a PingSource would refuse.
 */
export async function readPingSources(folder: string): Promise<PingSource[]> {
  const names = (await readdir(folder)).filter((name) => /\.ya?ml$/.test(name)).sort();
  const sources = await Promise.all(names.map((name) => readFileSources(join(folder, name))));
  return sources.flat();
}

async function readFileSources(path: string): Promise<PingSource[]> {
  const documents = parseAllDocuments(await readFile(path, 'utf8'));
  try {
    return documents.flatMap((document) => {
      if (document.errors[0] !== undefined) throw document.errors[0];
      const manifest = document.toJS() as Manifest | null;
      return manifest?.kind === 'PingSource' ? [toPingSource(manifest)] : [];
    });
  } catch (error) {
    throw new Error(`${path}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function toPingSource({ metadata = {}, spec = {} }: Manifest): PingSource {
  if (metadata.name === undefined) throw new Error('A PingSource needs a metadata.name.');
  const extensions = Object.entries(spec.ceOverrides?.extensions ?? {});
  return {
    name: metadata.name,
    namespace: metadata.namespace ?? 'default',
    // https://github.com/knative/eventing/blob/main/pkg/apis/sources/v1/ping_defaults.go
    schedule: parseSchedule(spec.schedule ?? '* * * * *', spec.timezone),
    contentType: spec.contentType === '' ? undefined : spec.contentType,
    data: readData(spec),
    extensions: Object.fromEntries(extensions.map(([key, value]) => [key, String(value)])),
    uri: spec.sink?.uri,
  };
}

function readData({ data, dataBase64 }: NonNullable<Manifest['spec']>): Buffer | undefined {
  if (dataBase64) return Buffer.from(dataBase64, 'base64');
  return data ? Buffer.from(data) : undefined;
}
