// Writes one JSON line for each event that could not be delivered, with what the last attempt was answered:
// https://knative.dev/docs/eventing/event-delivery/#configuring-channel-event-delivery (knativeerror… attributes).
//
// With KEEP_FILE each event is also a line of that file, whole and in structured mode: what `npm run replay` sends again.
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';

/** As much as the function takes. */
const maxBytes = 1_048_576;
const maxShown = 65_536;

createServer(async (request, response) => {
  if (request.method !== 'POST') {
    response.end('ok\n');
    return;
  }
  const body = await readText(request);
  const file = process.env.KEEP_FILE;
  const isKept = file === undefined || (await keep(file, request.headers, body));
  console.log(JSON.stringify({ ...describe(request.headers, body.slice(0, maxShown)), ...(isKept ? {} : { isKept }) }));
  response.writeHead(isKept ? 204 : 503).end();
}).listen(Number(process.env.PORT ?? 8080));

process.once('SIGTERM', () => process.exit());

/** Without the attributes that tell of the delivery: the next one has its own. */
async function keep(file, headers, body) {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    /^ce-(?!knative)/.test(name) ? [[name.slice('ce-'.length), value]] : [],
  );
  const event = { ...Object.fromEntries(attributes), datacontenttype: 'application/json', data: parse(body) };
  try {
    await appendFile(file, `${JSON.stringify(event)}\n`);
    return true;
  } catch (error) {
    console.log(JSON.stringify({ level: 'error', message: `not kept: ${error.message}` }));
    return false;
  }
}

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
  return Buffer.concat(chunks).toString();
}
