import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { parseRetention } from './retention.ts';

/** A name and password with which InfluxDB lets somebody in. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** The administrator; InfluxDB 1.x knows no token, 2.x wants it. */
export interface Administrator extends Login {
  readonly token: string;
}

/** A user that must exist, and what it may do with the database: nothing else, anywhere. */
export interface Account extends Login {
  readonly access: 'read' | 'read and write';
}

/** What there must be, and where. */
export interface Settings {
  /** Without a slash at the end. */
  readonly url: string;
  /** The database of 1.x, the bucket of 2.x. */
  readonly database: string;
  /** The organization of 2.x. */
  readonly organization: string;
  /** How long points are kept; 0 is for ever. */
  readonly retentionSeconds: number;
  /** How long to wait for an InfluxDB that does not answer yet. */
  readonly waitSeconds: number;
  readonly administrator: Administrator;
  readonly accounts: readonly Account[];
}

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Something the operator has to put right; its message says what, and never holds a secret. */
export class OperatorError extends Error {}

/** Settings from the environment and from the Secrets mounted below SECRETS_DIR. Throws all that is wrong with them at once. */
export function readSettings(env: Environment): Settings {
  const problems: string[] = [];
  const secret = openSecrets(env['SECRETS_DIR'] ?? '/etc/bootstrap', problems);
  const login = (folder: string, username: string, password: string): Login => ({
    username: checkUsername(secret(folder, username), `${folder}/${username}`, problems),
    password: checkPassword(secret(folder, password), `${folder}/${password}`, problems),
  });
  const settings: Settings = {
    url: readUrl(env['INFLUXDB_URL'] ?? 'http://influxdb:8086', problems),
    database: env['INFLUXDB_DATABASE'] ?? 'twittergraph',
    organization: env['INFLUXDB_ORG'] ?? 'twittergraph',
    retentionSeconds: readRetention(env['RETENTION'] ?? 'infinite', problems),
    waitSeconds: Number(env['WAIT_SECONDS'] ?? '300'),
    administrator: {
      ...login('influxdb-admin', 'INFLUXDB_ADMIN_USERNAME', 'INFLUXDB_ADMIN_PASSWORD'),
      token: secret('influxdb-admin', 'INFLUXDB_ADMIN_TOKEN'),
    },
    accounts: [
      { ...login('influxdb-creds', 'INFLUXDB_USERNAME', 'INFLUXDB_PASSWORD'), access: 'read and write' },
      { ...login('grafana-creds', 'INFLUXDB_READ_USERNAME', 'INFLUXDB_READ_PASSWORD'), access: 'read' },
    ],
  };
  if (problems.length === 0) checkTogether(settings, problems);
  if (problems.length > 0)
    throw new OperatorError(
      `Nothing was asked of InfluxDB, because of:\n${problems.map((line) => `  - ${line}\n`).join('')}`,
    );
  return settings;
}

function checkTogether({ administrator, accounts }: Settings, problems: string[]): void {
  const names = [administrator, ...accounts].map(({ username }) => username);
  if (new Set(names).size < names.length)
    problems.push(
      'Administrator, function and Grafana need three different user names: else one has the rights of another.',
    );
  for (const { access, username, password } of accounts)
    if (access === 'read' && `${username}${password}`.includes('$'))
      problems.push('grafana-creds/INFLUXDB_READ_… holds a $, which Grafana takes for a variable: leave it out.');
}

/** Everything in the settings that must never be seen. */
export function secretsOf({ administrator, accounts }: Settings): string[] {
  return [administrator.token, administrator.password, ...accounts.map(({ password }) => password)];
}

function readUrl(text: string, problems: string[]): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username + url.password + url.search !== '')
    problems.push('INFLUXDB_URL is not a plain address such as http://influxdb:8086.');
  return text.replace(/\/+$/, '');
}

/** Reads keys of mounted Secrets; one line break at the end is cut, since files and editors leave one. */
function openSecrets(root: string, problems: string[]): (folder: string, key: string) => string {
  return (folder, key) => {
    const value = readIfThere(join(root, folder, key))?.replace(/\r?\n$/, '') ?? '';
    if (value === '') problems.push(`${folder}/${key} is missing: the Secret ${folder} needs that key, and not empty.`);
    else if (/(CHANGE|REPLACE)[-_ ]?ME|^\{\{/i.test(value))
      problems.push(`${folder}/${key} still holds the placeholder of the example: put a value of your own there.`);
    else if (/[\p{Cc}]/u.test(value))
      problems.push(`${folder}/${key} holds a line break or another control character.`);
    return value;
  };
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the caller says which key of which Secret that is
  }
}

function checkUsername(value: string, where: string, problems: string[]): string {
  if (value.includes(':')) problems.push(`${where} holds a colon, which Basic authentication cannot carry.`);
  return value;
}

/** What InfluxDB 2.x takes; bcrypt, which 1.x uses too, sees no more than 72 bytes. */
function checkPassword(value: string, where: string, problems: string[]): string {
  const bytes = Buffer.byteLength(value);
  if (value !== '' && (bytes < 8 || bytes > 72)) problems.push(`${where} must have 8 to 72 bytes, and has ${bytes}.`);
  return value;
}

function readRetention(text: string, problems: string[]): number {
  const seconds = parseRetention(text);
  if (seconds === undefined)
    problems.push(`RETENTION is "${text}": write infinite, or hours, days or weeks such as 720h, 1825d, 260w.`);
  return seconds ?? 0;
}
