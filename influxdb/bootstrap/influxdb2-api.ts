import { type Answer, refusalOf, type Request, send } from './server.ts';
import { OperatorError } from './settings.ts';

/** What asks the API of 2.x with the operator token; a status that is not `expected` is thrown. */
export type Api = (path: string, request?: Omit<Request, 'token'>, expected?: readonly number[]) => Promise<Answer>;

/** The API of the server at `url`. */
export function openApi(url: string, token: string): Api {
  return async (path, request = {}, expected = [200]) => {
    const answer = await send(`${url}${path}`, { ...request, token });
    if (expected.includes(answer.status)) return answer;
    const what = `${request.method ?? 'GET'} ${path.split('?')[0] ?? ''}`;
    if (answer.status !== 401) throw new OperatorError(`InfluxDB refuses ${what}: ${refusalOf(answer)}.`);
    throw new OperatorError(
      `InfluxDB at ${url} is set up, and does not take INFLUXDB_ADMIN_TOKEN of the Secret influxdb-admin: ${refusalOf(answer)}. ` +
        'Put the token back with which it was set up. ' +
        'If this is a new server, somebody else was faster than you: delete it with its volume.',
    );
  };
}
