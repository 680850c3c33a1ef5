import { authorizationsOf, ensureAccount } from './influxdb2-accounts.ts';
import { type Api, openApi } from './influxdb2-api.ts';
import type { Report } from './report.ts';
import { formatRetention, shardSecondsFor } from './retention.ts';
import { refusalOf, send } from './server.ts';
import { OperatorError, type Settings } from './settings.ts';

/** A bucket as the API shows it; no rule means that points are kept for ever. */
interface Bucket {
  readonly id: string;
  readonly name: string;
  readonly retentionRules: readonly { readonly everySeconds: number }[];
}

/** Brings an InfluxDB 2.x to the state that the settings describe. */
export async function bootstrapVersion2(settings: Settings, report: Report): Promise<void> {
  const { url, administrator, database, accounts } = settings;
  const api = openApi(url, administrator.token);
  const isNew = await setUp(settings, report);
  const orgID = await findOrganization(api, settings);
  if (!isNew) await ensurePassword(api, settings, report);
  const bucketID = await ensureBucket(api, settings, orgID, isNew, report);
  await ensureMapping(api, { database, orgID, bucketID }, report);
  for (const account of accounts) await ensureAccount(api, { url, orgID, bucketID }, account, report);
  const known = accounts.map(({ username }) => username);
  for (const { token, permissions } of await authorizationsOf(api, orgID)) {
    if (known.includes(token) || !permissions.some(({ resource }) => resource.id === bucketID)) continue;
    report(
      'notice',
      `user ${token}`,
      `has a right on ${database}. Left over from another name? influx v1 auth delete --username ${token}`,
    );
  }
}

/** The first user, its token, organization and bucket are made without a login, once. Says whether that was now. */
async function setUp(settings: Settings, report: Report): Promise<boolean> {
  const { url, administrator, organization, database, retentionSeconds } = settings;
  const { body } = await send(`${url}/api/v2/setup`);
  if (!(body as { allowed: boolean }).allowed) return false;
  const { username, password, token } = administrator;
  const answer = await send(`${url}/api/v2/setup`, {
    method: 'POST',
    json: { username, password, token, org: organization, bucket: database, retentionPeriodSeconds: retentionSeconds },
  });
  if (answer.status !== 201) throw new OperatorError(`InfluxDB refuses to be set up: ${refusalOf(answer)}.`);
  report('created', `administrator ${username}`, `the first, of the organization ${organization}`);
  return true;
}

async function findOrganization(api: Api, { organization }: Settings): Promise<string> {
  const { body } = await api(`/api/v2/orgs?${new URLSearchParams({ org: organization }).toString()}`, {}, [200, 404]);
  const [found] = (body as { orgs?: { id: string }[] }).orgs ?? [];
  if (found) return found.id;
  throw new OperatorError(
    `InfluxDB has no organization ${organization}: set INFLUXDB_ORG to the one it was set up with.`,
  );
}

/** The administrator's password is for people; everything here goes by the token. */
async function ensurePassword(api: Api, { url, administrator }: Settings, report: Report): Promise<void> {
  const what = `administrator ${administrator.username}`;
  const { status } = await send(`${url}/api/v2/signin`, { method: 'POST', login: administrator });
  if (status === 204) {
    report('unchanged', what, 'logs in');
    return;
  }
  const name = new URLSearchParams({ name: administrator.username });
  const { body } = await api(`/api/v2/users?${name.toString()}`, {}, [200, 404]);
  const [user] = (body as { users?: { id: string }[] }).users ?? [];
  if (!user) {
    report(
      'notice',
      what,
      'is not there: InfluxDB was set up with another name, and its token is taken. Put that name into influxdb-admin',
    );
    return;
  }
  const { password } = administrator;
  await api(`/api/v2/users/${user.id}/password`, { method: 'POST', json: { password } }, [204]);
  report('changed', what, 'has a new password');
}

async function ensureBucket(
  api: Api,
  settings: Settings,
  orgID: string,
  isNew: boolean,
  report: Report,
): Promise<string> {
  const { database, retentionSeconds } = settings;
  const what = `bucket ${database}`;
  const kept = `keeps points ${formatRetention(retentionSeconds)}`;
  const query = new URLSearchParams({ orgID, name: database });
  const { body } = await api(`/api/v2/buckets?${query.toString()}`, {}, [200, 404]);
  const [bucket] = (body as { buckets?: Bucket[] }).buckets ?? [];
  const rule = { everySeconds: retentionSeconds, shardGroupDurationSeconds: shardSecondsFor(retentionSeconds) };
  const retentionRules = [{ type: 'expire', ...rule }];
  if (!bucket) {
    const made = await api(
      '/api/v2/buckets',
      { method: 'POST', json: { orgID, name: database, retentionRules } },
      [201],
    );
    report('created', what, kept);
    return (made.body as Bucket).id;
  }
  const before = bucket.retentionRules[0]?.everySeconds ?? 0;
  if (before === retentionSeconds) {
    report(isNew ? 'created' : 'unchanged', what, kept);
    return bucket.id;
  }
  await api(`/api/v2/buckets/${bucket.id}`, { method: 'PATCH', json: { retentionRules } });
  report('changed', what, `${kept}, ${formatRetention(before)} until now`);
  return bucket.id;
}

/** By it `/write` and `/query` find the bucket as a database. Since 2.5 there is a virtual one for every bucket. */
async function ensureMapping(
  api: Api,
  { database, orgID, bucketID }: { database: string; orgID: string; bucketID: string },
  report: Report,
): Promise<void> {
  const query = new URLSearchParams({ orgID, db: database });
  const { body } = await api(`/api/v2/dbrps?${query.toString()}`);
  const mappings = (body as { content: { default: boolean; bucketID: string }[] }).content;
  const [mapping] = mappings.filter((one) => one.default);
  if (mapping?.bucketID === bucketID) return;
  if (mapping) {
    throw new OperatorError(
      `InfluxDB maps the database ${database} to the bucket ${mapping.bucketID}, not to ${bucketID}, which has that name: ` +
        `look at it with "influx v1 dbrp list --org-id ${orgID}" and delete what is wrong.`,
    );
  }
  const json = { database, retention_policy: 'autogen', default: true, orgID, bucketID };
  await api('/api/v2/dbrps', { method: 'POST', json }, [201]);
  report('created', `mapping ${database}`, 'from database to bucket');
}
