import { createReadStream } from 'node:fs';
import { appendFile, type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLine, parseLine, type Point } from './line-protocol.ts';
import { isBlankOrComment, splitLines } from './line-split.ts';

/** An open history file. Appends are written one after the other; `sizeBytes` ends the last whole line. */
export type LpFile = { path: string; handle: FileHandle; sizeBytes: number; lastAppend: Promise<void> };

/**
 * How a history file was found: lines that could not be read, bytes behind the last whole line (a kill), and where a file
 * of before went, whose times are milliseconds.
 */
export type LpFileReading = { badLines: number; tornBytes: number; setAside: string | undefined };

/** A file that begins otherwise is of before. */
const firstLine = '# History of twittergraph, times in nanoseconds\n';

/**
 * Opens `<folder>/<database>.lp`, creating it when missing, and hands every point in it to `onPoint`. The file is line
 * protocol in nanoseconds with a header of comments, so that `influx write --precision ns` (2.x) and, once the database
 * exists, `influx -import -precision ns` (1.x) can load it. A file with times in milliseconds is not read: it is renamed.
 * A last line without its line end was never acknowledged; it is moved to `<file>.torn`, so that the next append starts
 * a line.
 */
export async function openLpFile(
  folder: string,
  database: string,
  onPoint: (point: Point) => void,
): Promise<{ file: LpFile; reading: LpFileReading }> {
  await mkdir(folder, { recursive: true });
  const name = join(folder, encodeURIComponent(database));
  const path = `${name}.lp`;
  const setAside = await setAsideMilliseconds(name, path);
  const handle = await open(path, 'a+');
  const { badLines, sizeBytes } = await readPoints(path, onPoint);
  const tornBytes = await moveTornEnd(path, handle, sizeBytes);
  const file: LpFile = { path, handle, sizeBytes, lastAppend: Promise.resolve() };
  if (sizeBytes === 0) await appendText(file, formatHeader(database));
  return { file, reading: { badLines, tornBytes, setAside } };
}

/** Resolves when the points are in the file; rejects, with the file as it was before, when they could not be written. */
export async function appendPoints(file: LpFile, points: readonly Point[]): Promise<void> {
  if (points.length === 0) return;
  const text = points.map((point) => `${formatLine(point)}\n`).join('');
  const append = file.lastAppend.then(() => appendText(file, text));
  file.lastAppend = append.catch(() => undefined);
  await append;
}

/** Closes the file after the last append. */
export async function closeLpFile(file: LpFile): Promise<void> {
  await file.lastAppend;
  await file.handle.close();
}

// https://docs.influxdata.com/influxdb/v1/tools/shell/#import-data-from-a-file-with--import
function formatHeader(database: string): string {
  return `${firstLine}# DDL\n# DML\n# CONTEXT-DATABASE: ${database}\n`;
}

async function setAsideMilliseconds(name: string, path: string): Promise<string | undefined> {
  // Nothing where the file is new, half the line where a kill cut it short.
  if (firstLine.startsWith(await readStart(path))) return undefined;
  const aside = await takeFreeName(`${name}-milliseconds`);
  await rename(path, aside);
  return aside;
}

async function readStart(path: string): Promise<string> {
  const handle = await open(path, 'a+');
  const { bytesRead, buffer } = await handle.read(Buffer.alloc(firstLine.length), 0, firstLine.length, 0);
  await handle.close();
  return buffer.toString('utf8', 0, bytesRead);
}

// An empty file holds the name: renaming would replace whatever another has put there after a mere look.
async function takeFreeName(name: string): Promise<string> {
  for (let number = 1; ; number++) {
    const path = `${name}${number === 1 ? '' : `-${number}`}.lp`;
    try {
      await (await open(path, 'wx')).close();
      return path;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}

async function appendText(file: LpFile, text: string): Promise<void> {
  try {
    await file.handle.appendFile(text);
  } catch (error) {
    // Half a line left by a full disk would spoil the next one.
    await file.handle.truncate(file.sizeBytes);
    throw error;
  }
  file.sizeBytes += Buffer.byteLength(text);
}

async function moveTornEnd(path: string, handle: FileHandle, sizeBytes: number): Promise<number> {
  const { size } = await handle.stat();
  if (size <= sizeBytes) return 0;
  const torn = Buffer.alloc(size - sizeBytes);
  await handle.read(torn, 0, torn.length, sizeBytes);
  await appendFile(`${path}.torn`, Buffer.concat([torn, Buffer.from('\n')]));
  await handle.truncate(sizeBytes);
  return torn.length;
}

async function readPoints(
  path: string,
  onPoint: (point: Point) => void,
): Promise<Pick<LpFileReading, 'badLines'> & { sizeBytes: number }> {
  const reading = { badLines: 0, sizeBytes: 0 };
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const split = splitLines(rest + String(chunk));
    rest = split.rest;
    for (const line of split.lines) {
      reading.sizeBytes += Buffer.byteLength(line) + 1;
      if (!readLine(line, onPoint)) reading.badLines++;
    }
  }
  return reading;
}

function readLine(line: string, onPoint: (point: Point) => void): boolean {
  if (isBlankOrComment(line)) return true;
  try {
    onPoint(parseLine(line, 1n, 0n));
    return true;
  } catch {
    return false;
  }
}
