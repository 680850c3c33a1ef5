import { createReadStream } from 'node:fs';
import { appendFile, type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { formatLine, isBlankOrComment, parseLine, type Point, splitLines } from './line-protocol.ts';

/** An open history file. Appends are written one after the other; `sizeBytes` ends the last whole line. */
export type LpFile = { path: string; handle: FileHandle; sizeBytes: number; lastAppend: Promise<void> };

/** How a history file was found: points read, lines that could not be, bytes behind the last whole line (a kill). */
export type LpFileReading = { points: number; badLines: number; tornBytes: number };

/**
 * Opens `<folder>/<database>.lp`, creating it when missing, and hands every point in it to `onPoint`. The file is line
 * protocol in milliseconds with a header of comments, so that `influx write --precision ms` (2.x) and, once the database
 * exists, `influx -import -precision ms` (1.x) can load it.
 * A last line without its line end was never acknowledged; it is moved to `<file>.torn`, so that the next append starts
 * a line.
 */
export async function openLpFile(
  folder: string,
  database: string,
  onPoint: (point: Point) => void,
): Promise<{ file: LpFile; reading: LpFileReading }> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${encodeURIComponent(database)}.lp`);
  const handle = await open(path, 'a+');
  const { reading, sizeBytes } = await readPoints(path, onPoint);
  reading.tornBytes = await moveTornEnd(path, handle, sizeBytes);
  const file: LpFile = { path, handle, sizeBytes, lastAppend: Promise.resolve() };
  if (sizeBytes === 0) await appendText(file, formatHeader(database));
  return { file, reading };
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
  return `# DDL\n# DML\n# CONTEXT-DATABASE: ${database}\n`;
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
): Promise<{ reading: LpFileReading; sizeBytes: number }> {
  const reading = { points: 0, badLines: 0, tornBytes: 0 };
  let sizeBytes = 0;
  let rest = '';
  for await (const chunk of createReadStream(path, 'utf8')) {
    const split = splitLines(rest + String(chunk));
    rest = split.rest;
    for (const line of split.lines) {
      sizeBytes += Buffer.byteLength(line) + 1;
      readLine(line, reading, onPoint);
    }
  }
  return { reading, sizeBytes };
}

function readLine(line: string, reading: LpFileReading, onPoint: (point: Point) => void): void {
  if (isBlankOrComment(line)) return;
  try {
    onPoint(parseLine(line, 1_000_000n, 0));
    reading.points++;
  } catch {
    reading.badLines++;
  }
}
