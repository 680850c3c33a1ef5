import type { ServerResponse } from 'node:http';
import type { LpFile } from './lp-file.ts';
import type { SeriesIndex } from './series.ts';

/** What the handlers of a running store share. */
export type StoreState = {
  index: SeriesIndex;
  file: LpFile;
  database: string;
  credentialHash: Buffer;
  maxBodyBytes: number;
};

/** Answers `{"error": …}` as InfluxDB does. */
export function sendError(response: ServerResponse, status: number, error: string): void {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(`${JSON.stringify({ error })}\n`);
}
