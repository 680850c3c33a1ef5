import type { IncomingMessage, ServerResponse } from 'node:http';

/** Whether the request names this machine as its host, and no other as its origin. */
export function isLocalRequest(request: IncomingMessage): boolean;

/** Answers 421 and ends the connection. */
export function refuseForeign(response: ServerResponse): void;
