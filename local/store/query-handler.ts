import type { IncomingMessage, ServerResponse } from 'node:http';
import { type AnswerForm, formatResults, type NumberedResult, usualChunkRows } from './influxql-json.ts';
import { parseQuery, type Statement } from './influxql-parse.ts';
import { runStatement } from './influxql-run.ts';
import { InfluxqlError } from './influxql-tokens.ts';
import { nanosecondsPerUnit } from './line-protocol.ts';
import { BodyError, readBody } from './request-body.ts';
import { sendError, type StoreState } from './store-state.ts';

/** Answers `/query`: parameters from the URL and, of a POST, from its form. Errors of one statement travel with 200. */
export async function answerQuery(
  state: StoreState,
  request: IncomingMessage,
  response: ServerResponse,
  parameters: URLSearchParams,
): Promise<void> {
  try {
    const form = new URLSearchParams(request.method === 'POST' ? await readForm(state, request) : '');
    const get = (name: string): string | undefined => form.get(name) ?? parameters.get(name) ?? undefined;
    const query = get('q') ?? '';
    if (query === '') {
      sendError(response, 400, 'missing required parameter "q"');
      return;
    }
    const nowNs = BigInt(Date.now()) * 1_000_000n;
    const results = runStatements(state, parseQuery(query, nowNs), get('db'), nowNs);
    response.writeHead(200, { 'Content-Type': 'application/json' });
    response.end(formatResults(results, readAnswerForm(get)));
  } catch (error) {
    if (error instanceof InfluxqlError) {
      sendError(response, 400, `error parsing query: ${error.message}`);
      return;
    }
    if (error instanceof BodyError) {
      sendError(response, error.status, error.message);
      return;
    }
    throw error;
  }
}

function readAnswerForm(get: (name: string) => string | undefined): AnswerForm {
  const epoch = get('epoch')?.trim() ?? '';
  const size = get('chunk_size') ?? '';
  const rows = /^\+?\d+$/.test(size) ? Number(size) : 0;
  const chunkRows = rows > 0 && Number.isSafeInteger(rows) ? rows : usualChunkRows;
  return {
    epochNs: epoch === '' ? undefined : nanosecondsPerUnit(epoch),
    chunkRows: get('chunked') === 'true' ? chunkRows : undefined,
  };
}

async function readForm(state: StoreState, request: IncomingMessage): Promise<string> {
  const isForm = (request.headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded');
  const body = await readBody(request, state.maxBodyBytes);
  return isForm ? body : '';
}

// After the first error nothing is run, and InfluxDB 1.6 says so under the number of the statement that failed.
function runStatements(
  state: StoreState,
  statements: Statement[],
  database: string | undefined,
  nowNs: bigint,
): NumberedResult[] {
  const results: NumberedResult[] = [];
  for (const [statementId, statement] of statements.entries()) {
    const failed = results.find(({ error }) => error !== undefined);
    const error = failed === undefined ? describeDatabaseError(state, statement, database ?? '') : 'not executed';
    const result = error === undefined ? runStatement(state.index, state.database, statement, nowNs) : { error };
    results.push({ statementId: failed?.statementId ?? statementId, ...result });
  }
  return results;
}

function describeDatabaseError(state: StoreState, statement: Statement, database: string): string | undefined {
  if (statement.kind === 'show-databases' || database === state.database) return undefined;
  return database === '' ? 'database name required' : `database not found: ${database}`;
}
