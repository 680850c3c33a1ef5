import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findProgram, runQuietly } from '../../setup/programs.ts';

const version = '4.3.1';
/** `mvn dependency:copy-dependencies` of this makes the folder that jars.sha256 lists. */
const project = `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>twittergraph</groupId><artifactId>kafka-of-the-tests</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>org.apache.kafka</groupId><artifactId>kafka_2.13</artifactId><version>${version}</version></dependency>
    <dependency><groupId>org.slf4j</groupId><artifactId>slf4j-simple</artifactId><version>1.7.36</version></dependency>
  </dependencies>
</project>
`;
const plugin = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';
const lists = join(import.meta.dirname, 'jars.sha256');

/**
 * A folder with the jars of a Kafka: `KAFKA_LIBS`, else one in the user's cache, which Maven fills when it is not there
 * (44 MB, once). Throws what to do, and also where a jar is not the one that is expected.
 */
export function provideKafka(say: (line: string) => void): string {
  if (findProgram(['java']) === undefined) throw new Error('There is no java in the PATH: install Java 17 or newer.');
  const given = process.env['KAFKA_LIBS'];
  if (given) {
    if (existsSync(given)) return given;
    throw new Error(`KAFKA_LIBS=${given} is no folder.`);
  }
  const cache = join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'twittergraph');
  const folder = join(cache, `kafka-${version}`);
  if (!existsSync(folder)) {
    say(`Bringing Kafka ${version} into ${folder} (44 MB, once) …`);
    bring(cache, folder);
  }
  const wrong = findWrongJars(folder, readFileSync(lists, 'utf8'));
  if (wrong.length > 0) throw new Error(`${folder} is not what jars.sha256 says: ${wrong.join(', ')}. Delete it.`);
  return folder;
}

/** The jars of a folder that are missing, of another content, or not in the list. */
export function findWrongJars(folder: string, list: string): string[] {
  const expected = new Map(
    list
      .trim()
      .split('\n')
      .map((line) => line.split('  ').reverse() as [string, string]),
  );
  const found = readdirSync(folder).filter((name) => name.endsWith('.jar'));
  const missing = [...expected.keys()].filter((name) => !found.includes(name));
  return [...missing, ...found.filter((name) => digestOf(join(folder, name)) !== expected.get(name))];
}

function digestOf(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

function bring(cache: string, folder: string): void {
  const maven = findProgram(['mvn']);
  if (maven === undefined) {
    throw new Error(
      'There is no mvn in the PATH to bring Kafka: install Maven, or set KAFKA_LIBS to the libs/ of a Kafka.',
    );
  }
  mkdirSync(cache, { recursive: true });
  const download = mkdtempSync(join(cache, 'download-'));
  try {
    writeFileSync(join(download, 'pom.xml'), project);
    const jars = join(download, 'jars');
    runQuietly(maven, ['-q', '-B', plugin, `-DoutputDirectory=${jars}`, '-DincludeScope=runtime'], download);
    renameSync(jars, folder);
  } finally {
    rmSync(download, { recursive: true, force: true });
  }
}
