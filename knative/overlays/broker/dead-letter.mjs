// Writes one JSON line for each event that could not be delivered, with what the last attempt was answered:
// https://knative.dev/docs/eventing/event-delivery/#configuring-channel-event-delivery (knativeerror… attributes).
import { createServer } from 'node:http';

const maxBytes = 65_536;

createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.end('ok\n');
    return;
  }
  const body = await readText(request);
  console.log(JSON.stringify(describe(request.headers, body)));
  response.writeHead(204).end();
}).listen(Number(process.env.PORT ?? 8080));

process.once('SIGTERM', () => process.exit());

/** What the log of an operator needs: what was lost, and why. `code` is absent where nobody answered in time. */
function describe(headers, body) {
  const { 'ce-knativeerrorcode': code, 'ce-knativeerrordata': data, 'ce-knativeerrordest': destination } = headers;
  const answer = data === undefined ? undefined : Buffer.from(data, 'base64').toString();
  return {
    level: 'error',
    message: `not delivered: ${code ?? 'no answer'}`,
    type: headers['ce-type'],
    source: headers['ce-source'],
    id: headers['ce-id'],
    time: headers['ce-time'],
    data: parse(body),
    code: code === undefined ? undefined : Number(code),
    answer: parse(answer),
    destination,
  };
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readText(request) {
  const chunks = [];
  let bytes = 0;
  for await (const chunk of request) {
    if (bytes < maxBytes) chunks.push(chunk);
    bytes += chunk.length;
  }
  return Buffer.concat(chunks).toString().slice(0, maxBytes);
}
