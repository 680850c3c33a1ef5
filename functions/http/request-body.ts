import type { IncomingMessage } from 'node:http';

/** A request as the Functions Framework hands it on, with the bytes it has read. */
export type FrameworkRequest = IncomingMessage & { readonly rawBody?: Buffer };

const slowestBodyMs = 10_000;

/**
 * The body of a request as text. The framework does not read a body that comes without a content type: that one is
 * still in the connection. Rejects when the rest of it does not come.
 */
export async function readBody(request: FrameworkRequest): Promise<string> {
  const bytes = request.rawBody ?? (request.readableEnded ? Buffer.alloc(0) : await readRest(request));
  return bytes.toString('utf8');
}

async function readRest(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const timer = setTimeout(() => request.destroy(new Error('the body did not come')), slowestBodyMs);
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks);
}
