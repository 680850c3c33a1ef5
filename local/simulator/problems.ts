import type { Account } from './accounts.ts';

const PROBLEMS = 'https://api.twitter.com/2/problems/';

/** What one request is answered: `body` is sent as JSON unless it is a string, which is sent as HTML. */
export interface Reply {
  readonly status: number;
  readonly body: object | string;
}

/** One entry of `errors` in a 400. */
export interface ParameterError {
  readonly parameters: Record<string, string[]>;
  readonly message: string;
}

/** One entry of `errors` in a 200: a thing that was asked for and is not given. */
export interface ResourceError {
  readonly value: string;
  readonly detail: string;
  readonly title: string;
  readonly resource_type: 'user' | 'tweet';
  readonly parameter: string;
  readonly resource_id: string;
  readonly type: string;
  readonly section?: string;
  readonly field?: string;
}

/** X's refusal of a whole request because some of its parameters are wrong. */
export class InvalidRequest extends Error {
  readonly errors: ParameterError[];
  constructor(errors: ParameterError[]) {
    super(errors.map((error) => error.message).join(' '));
    this.errors = errors;
  }
}

export function refuseParameters(errors: ParameterError[]): Reply {
  const detail = 'One or more parameters to your request was invalid.';
  return { status: 400, body: { errors, title: 'Invalid Request', detail, type: `${PROBLEMS}invalid-request` } };
}

export function refuseCredentials(): Reply {
  return {
    status: 401,
    body: { title: 'Unauthorized', type: 'about:blank', status: 401, detail: 'Unauthorized' },
  };
}

export function refuseUserContext(): Reply {
  const title = 'Unsupported Authentication';
  const detail = 'Authenticating with OAuth 1.0a User Context is forbidden for this endpoint.';
  return { status: 403, body: { title, detail, type: `${PROBLEMS}unsupported-authentication`, status: 403 } };
}

export function refuseRate(): Reply {
  const title = 'Too Many Requests';
  return { status: 429, body: { title, detail: title, type: 'about:blank', status: 429 } };
}

export function answerUnknownPath(): Reply {
  const head = '<head><meta charset="utf-8"><title>X / ?</title></head>';
  return { status: 404, body: `<!DOCTYPE html>\n<html lang="en">${head}<body>Nothing to see here</body></html>\n` };
}

/** Why X does not give an account: `value` is the id or name as it was asked for, `parameter` where it stood. */
export function reportMissingUser(account: Account, parameter: string, value: string): ResourceError {
  const suspended = account.state === 'suspended';
  return {
    value,
    detail: suspended ? `User has been suspended: [${value}].` : `Could not find user with ${parameter}: [${value}].`,
    title: suspended ? 'Forbidden' : 'Not Found Error',
    resource_type: 'user',
    parameter,
    resource_id: value,
    type: `${PROBLEMS}resource-not-found`,
  };
}

export function reportProtectedUser(id: string): ResourceError {
  return {
    value: id,
    detail: `Sorry, you are not authorized to see the user with id: [${id}].`,
    title: 'Authorization Error',
    section: 'data',
    resource_type: 'user',
    parameter: 'id',
    resource_id: id,
    type: `${PROBLEMS}not-authorized-for-resource`,
  };
}

export function reportMissingPost(id: string): ResourceError {
  return {
    value: id,
    detail: `Could not find tweet with ids: [${id}].`,
    title: 'Not Found Error',
    resource_type: 'tweet',
    parameter: 'ids',
    resource_id: id,
    type: `${PROBLEMS}resource-not-found`,
  };
}

export function reportPrivateField(id: string, parameter: string, field: string): ResourceError {
  return {
    value: id,
    detail: `Sorry, you are not authorized to access '${field}' on the Tweet with id : [${id}].`,
    title: 'Field Authorization Error',
    section: 'data',
    field,
    resource_type: 'tweet',
    parameter,
    resource_id: id,
    type: `${PROBLEMS}not-authorized-for-field`,
  };
}
