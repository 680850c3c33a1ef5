import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/** A body that cannot be taken, with the status that says so. */
export class BodyError extends Error {
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Reads a body as UTF-8, unpacking gzip. Throws BodyError: 413 above `maxBytes` (packed or not), 400 if it is not gzip. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    // Read to the end without keeping it: a client that is still sending would not see the answer.
    if (sizeBytes <= maxBytes) chunks.push(chunk);
  }
  if (sizeBytes > maxBytes) throw new BodyError(413, 'Request Entity Too Large');
  const body = Buffer.concat(chunks);
  if (request.headers['content-encoding'] !== 'gzip') return body.toString();
  try {
    return (await promisify(gunzip)(body, { maxOutputLength: maxBytes })).toString();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw new BodyError(413, 'Request Entity Too Large');
    }
    throw new BodyError(400, 'gzip: invalid header');
  }
}
