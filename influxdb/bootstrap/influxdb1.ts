import { type Ask, identifier, literal, post, rowsOf } from './influxdb1-query.ts';
import type { Report } from './report.ts';
import { formatRetention, shardSecondsFor } from './retention.ts';
import { refusalOf } from './server.ts';
import { type Account, type Administrator, OperatorError, type Settings } from './settings.ts';

/** Brings an InfluxDB 1.x with authentication to the state that the settings describe. */
export async function bootstrapVersion1(settings: Settings, report: Report): Promise<void> {
  const { url, database, administrator, accounts } = settings;
  await ensureAdministrator(url, administrator, report);
  const ask: Ask = async (statement) => rowsOf(await post(url, statement, administrator), statement);
  await ensureDatabase(ask, settings, report);
  const users = (await ask('SHOW USERS')).map(([name, isAdministrator]) => ({ name, isAdministrator }));
  for (const account of accounts) {
    const user = users.find(({ name }) => name === account.username);
    if (user?.isAdministrator === true) throw tooMighty(account);
    if (user === undefined) await createAccount(ask, database, account, report);
    else await updateAccount(ask, settings, account, report);
  }
  const known = [administrator, ...accounts].map(({ username }) => username);
  for (const { name, isAdministrator } of users) {
    if (!known.includes(String(name)))
      await noteStranger(ask, database, String(name), isAdministrator === true, report);
  }
}

/** The first administrator can be made without a login, once: InfluxDB then asks everybody for one. */
async function ensureAdministrator(url: string, administrator: Administrator, report: Report): Promise<void> {
  const anonymous = await post(url, 'SHOW DATABASES');
  if (anonymous.status === 200) {
    throw new OperatorError(
      `InfluxDB at ${url} lets everybody in without a login: start it with INFLUXDB_HTTP_AUTH_ENABLED=true, then run this again.`,
    );
  }
  const what = `administrator ${administrator.username}`;
  if (/create admin user first/.test(refusalOf(anonymous))) {
    const { username, password } = administrator;
    const statement = `CREATE USER ${identifier(username)} WITH PASSWORD ${literal(password)} WITH ALL PRIVILEGES`;
    rowsOf(await post(url, statement), 'CREATE USER');
    report('created', what, 'the first');
    return;
  }
  const answer = await post(url, 'SHOW USERS', administrator);
  if (answer.status === 401 || answer.status === 403) {
    throw new OperatorError(
      `InfluxDB at ${url} has an administrator, and it is not the one of the Secret influxdb-admin: ${refusalOf(answer)}. ` +
        'Put the user name and password back with which it was set up. ' +
        'If this is a new server, somebody else was faster than you: delete it with its volume.',
    );
  }
  report('unchanged', what, 'logs in');
}

async function ensureDatabase(ask: Ask, settings: Settings, report: Report): Promise<void> {
  const { database, retentionSeconds } = settings;
  const what = `database ${database}`;
  const isNew = !(await ask('SHOW DATABASES')).some(([name]) => name === database);
  if (isNew) await ask(`CREATE DATABASE ${identifier(database)}`);
  const policies = await ask(`SHOW RETENTION POLICIES ON ${identifier(database)}`);
  const [policy, duration] = policies.find((row) => row.at(-1) === true) ?? [];
  if (typeof policy !== 'string')
    throw new OperatorError(
      `The database ${database} has no default retention policy: make one of its policies DEFAULT.`,
    );
  const before = secondsOf(String(duration));
  if (before !== retentionSeconds) {
    const lasting = retentionSeconds === 0 ? 'INF' : `${retentionSeconds}s`;
    await ask(
      `ALTER RETENTION POLICY ${identifier(policy)} ON ${identifier(database)} DURATION ${lasting} SHARD DURATION ${shardSecondsFor(retentionSeconds)}s`,
    );
  }
  const kept = `keeps points ${formatRetention(retentionSeconds)}`;
  if (isNew) report('created', what, kept);
  else if (before === retentionSeconds) report('unchanged', what, kept);
  else report('changed', what, `${kept}, ${formatRetention(before)} until now`);
}

async function createAccount(ask: Ask, database: string, account: Account, report: Report): Promise<void> {
  await ask(`CREATE USER ${identifier(account.username)} WITH PASSWORD ${literal(account.password)}`);
  await grant(ask, database, account);
  report('created', `user ${account.username}`, `may ${account.access}`);
}

async function updateAccount(ask: Ask, settings: Settings, account: Account, report: Report): Promise<void> {
  const { url, database } = settings;
  const what = `user ${account.username}`;
  const { status } = await post(url, 'SHOW DATABASES', account);
  if (status === 401) {
    await ask(`SET PASSWORD FOR ${identifier(account.username)} = ${literal(account.password)}`);
    report('changed', what, 'has a new password');
  }
  const grants = await ask(`SHOW GRANTS FOR ${identifier(account.username)}`);
  const isGranted = grants.some(
    ([where, privilege]) => where === database && privilege === privilegeOf(account, 'shown'),
  );
  if (!isGranted) {
    await grant(ask, database, account);
    report('changed', what, `may ${account.access}`);
  }
  if (status !== 401 && isGranted) report('unchanged', what, `logs in, may ${account.access}`);
  for (const [where, privilege] of grants) {
    if (where === database || privilege === 'NO PRIVILEGES') continue;
    report(
      'notice',
      what,
      `has ${String(privilege)} on the database ${String(where)} as well, which nothing here needs`,
    );
  }
}

/** Says who else has a right here; never takes it away, since it may be somebody's own. */
async function noteStranger(
  ask: Ask,
  database: string,
  name: string,
  isAdministrator: boolean,
  report: Report,
): Promise<void> {
  if (isAdministrator) report('notice', `user ${name}`, 'is an administrator as well');
  const grants = await ask(`SHOW GRANTS FOR ${identifier(name)}`);
  const privilege = grants.find(([where]) => where === database)?.[1];
  if (typeof privilege !== 'string' || privilege === 'NO PRIVILEGES') return;
  report(
    'notice',
    `user ${name}`,
    `has ${privilege} on ${database}. Left over from another name? DROP USER ${identifier(name)}`,
  );
}

/** A grant replaces what the user could do with this database before. */
async function grant(ask: Ask, database: string, account: Account): Promise<void> {
  await ask(`GRANT ${privilegeOf(account, 'granted')} ON ${identifier(database)} TO ${identifier(account.username)}`);
}

function privilegeOf({ access }: Account, form: 'granted' | 'shown'): string {
  if (access === 'read') return 'READ';
  return form === 'granted' ? 'ALL' : 'ALL PRIVILEGES';
}

function tooMighty({ username }: Account): OperatorError {
  return new OperatorError(
    `The user ${username} is an administrator of InfluxDB, which neither the function nor Grafana should be: ` +
      'choose another name in the Secret.',
  );
}

/** Seconds of a duration as Go writes it: `43800h0m0s`, `0s`. */
function secondsOf(duration: string): number {
  const [, hours = '0', minutes = '0', seconds = '0'] = /^(?:(\d+)h)?(?:(\d+)m)?(\d+)s$/.exec(duration) ?? [];
  return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
}
