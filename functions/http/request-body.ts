import type { IncomingMessage } from 'node:http';

/** A request as the Functions Framework hands it on, with the bytes it has read. */
export type FrameworkRequest = IncomingMessage & { readonly rawBody?: Buffer };

/** More than any request needs by three orders of magnitude. */
export const mostBodyBytes = 1_048_576;
const slowestBodyMs = 10_000;

/** A body above `mostBodyBytes`. */
export class BodyTooLarge extends Error {}

/**
 * The body of a request as text. The framework does not read a body that comes without a content type: that one is
 * still in the connection. Throws `BodyTooLarge`, and rejects when the rest of it does not come.
 */
export async function readBody(request: FrameworkRequest): Promise<string> {
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) throw new BodyTooLarge();
  const bytes = request.rawBody ?? (request.readableEnded ? Buffer.alloc(0) : await readRest(request));
  if (bytes.length > mostBodyBytes) throw new BodyTooLarge();
  return bytes.toString('utf8');
}

async function readRest(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => request.destroy(new Error('the body did not come')), slowestBodyMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= mostBodyBytes) chunks.push(chunk);
    }
  } finally {
    clearTimeout(timer);
  }
  if (size > mostBodyBytes) throw new BodyTooLarge();
  return Buffer.concat(chunks);
}
