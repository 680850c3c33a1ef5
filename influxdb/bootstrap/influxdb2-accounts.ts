import type { Api } from './influxdb2-api.ts';
import type { Report } from './report.ts';
import { refusalOf, send } from './server.ts';
import { type Account, OperatorError } from './settings.ts';

/** A right of an authorization. */
interface Permission {
  readonly action: 'read' | 'write';
  readonly resource: { readonly type: string; readonly id?: string; readonly orgID?: string };
}

/**
 * A user of the 1.x interface, which 2.x calls a legacy authorization; `token` is its user name.
 * https://docs.influxdata.com/influxdb/v2/api/v1/
 */
export interface Authorization {
  readonly id: string;
  readonly token: string;
  readonly status: string;
  readonly permissions: readonly Permission[];
}

/** Where an account has its rights. */
export interface Place {
  readonly url: string;
  readonly orgID: string;
  readonly bucketID: string;
}

/** All users of the 1.x interface in an organization. */
export async function authorizationsOf(api: Api, orgID: string): Promise<readonly Authorization[]> {
  const { body } = await api(`/private/legacy/authorizations?${new URLSearchParams({ orgID }).toString()}`);
  return (body as { authorizations: readonly Authorization[] }).authorizations;
}

/** Makes the account, or its rights and password what they should be. */
export async function ensureAccount(api: Api, place: Place, account: Account, report: Report): Promise<void> {
  const what = `user ${account.username}`;
  const found = (await authorizationsOf(api, place.orgID)).find(({ token }) => token === account.username);
  if (!found) {
    await createAccount(api, place, account);
    report('created', what, `may ${account.access}`);
    return;
  }
  if (found.status !== 'active' || !sameRights(found.permissions, permissionsOf(place, account))) {
    // The rights of an authorization cannot be changed.
    await api(`/private/legacy/authorizations/${found.id}`, { method: 'DELETE' }, [204]);
    await createAccount(api, place, account);
    report('changed', what, `may ${account.access}`);
    return;
  }
  if (await logsIn(place.url, account)) {
    report('unchanged', what, `logs in, may ${account.access}`);
    return;
  }
  await setPassword(api, found.id, account);
  report('changed', what, 'has a new password');
}

async function createAccount(api: Api, place: Place, account: Account): Promise<void> {
  const json = {
    token: account.username,
    orgID: place.orgID,
    description: `twittergraph: ${account.access}`,
    permissions: permissionsOf(place, account),
  };
  const { body } = await api('/private/legacy/authorizations', { method: 'POST', json }, [201]);
  await setPassword(api, (body as Authorization).id, account);
}

async function setPassword(api: Api, id: string, { username, password }: Account): Promise<void> {
  const path = `/private/legacy/authorizations/${id}/password`;
  const answer = await api(path, { method: 'POST', json: { password } }, [204, 400, 422]);
  if (answer.status !== 204)
    throw new OperatorError(`InfluxDB refuses the password of ${username}: ${refusalOf(answer)}.`);
}

/** Any statement will do: a wrong password is 401 whatever is asked. */
async function logsIn(url: string, account: Account): Promise<boolean> {
  const { status } = await send(`${url}/query`, { method: 'POST', login: account, form: { q: 'SHOW DATABASES' } });
  return status === 200;
}

function permissionsOf({ orgID, bucketID }: Place, { access }: Account): Permission[] {
  const resource = { type: 'buckets', id: bucketID, orgID };
  const read: Permission = { action: 'read', resource };
  return access === 'read' ? [read] : [read, { action: 'write', resource }];
}

function sameRights(left: readonly Permission[], right: readonly Permission[]): boolean {
  const write = (all: readonly Permission[]): string =>
    all
      .map(({ action, resource }) => `${action} ${resource.type} ${resource.id ?? '*'} ${resource.orgID ?? '*'}`)
      .sort()
      .join();
  return write(left) === write(right);
}
