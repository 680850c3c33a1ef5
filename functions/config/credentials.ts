import { findSetting, type Settings } from './settings.ts';

/** OAuth 1.0a user context: what X calls API key, API key secret, access token and access token secret. */
export interface UserContext {
  readonly appKey: string;
  readonly appSecret: string;
  readonly accessToken: string;
  readonly accessSecret: string;
}

/** Where X is and how to sign in there; at least one of the two credentials is present. */
export interface XAccess {
  /** With a slash at the end. */
  readonly url: string;
  readonly bearerToken: string | undefined;
  readonly userContext: UserContext | undefined;
}

/** Where InfluxDB is, and the Basic credentials that all of 1.6 to 2.9 take on `/write` and `/query`. */
export interface StoreAccess {
  /** Without a slash at the end. */
  readonly url: string;
  readonly database: string;
  readonly username: string;
  readonly password: string;
}

const userContextVariables = [
  'TWITTER_API_KEY',
  'TWITTER_API_SECRET',
  'TWITTER_ACCESS_TOKEN',
  'TWITTER_ACCESS_SECRET',
] as const;

/** X's address and credentials; what is missing or wrong is added to the settings' problems. */
export function readXAccess(settings: Settings): XAccess {
  const bearerToken = readToken(settings, 'TWITTER_BEARER_TOKEN');
  const userContext = readUserContext(settings);
  if (bearerToken === undefined && userContext === undefined && !settings.problems.some(isAboutXCredentials)) {
    settings.problems.push(
      `X credentials are missing: set TWITTER_BEARER_TOKEN, or all of ${userContextVariables.join(', ')}.`,
    );
  }
  const text = findSetting(settings, 'TWITTER_API_URL')?.value.trim() ?? 'https://api.x.com/2/';
  const url = readUrl(settings, 'TWITTER_API_URL', text);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
    settings.problems.push(
      'TWITTER_API_URL is plain http to another machine, which would send the credentials in clear: use https.',
    );
  }
  return { url: `${url?.href.replace(/\/+$/, '') ?? ''}/`, bearerToken, userContext };
}

/** InfluxDB's address, database and credentials; what is missing or wrong is added to the settings' problems. */
export function readStore(settings: Settings): StoreAccess {
  const database = findSetting(settings, 'INFLUXDB_DATABASE')?.value.trim() ?? 'twittergraph';
  const { username, password } = readStoreCredentials(settings);
  return { url: readStoreUrl(settings), database, username, password };
}

/** Everything in the access data that must never be seen, Basic credentials in their encoded form included. */
export function secretsOf(x: XAccess, store: StoreAccess): string[] {
  const basic = Buffer.from(`${store.username}:${store.password}`).toString('base64');
  const { appKey, appSecret, accessToken, accessSecret } = x.userContext ?? {};
  return [x.bearerToken, appKey, appSecret, accessToken, accessSecret, store.password, basic].filter(
    (secret) => secret !== undefined,
  );
}

function readUserContext(settings: Settings): UserContext | undefined {
  const values = userContextVariables.map((name) => readToken(settings, name));
  const missing = userContextVariables.filter((_name, index) => values[index] === undefined);
  if (missing.length > 0 && missing.length < userContextVariables.length) {
    settings.problems.push(`OAuth 1.0a needs all four values; missing: ${missing.join(', ')}.`);
  }
  const [appKey, appSecret, accessToken, accessSecret] = values;
  if (!appKey || !appSecret || !accessToken || !accessSecret) return undefined;
  return { appKey, appSecret, accessToken, accessSecret };
}

/** A header cannot carry spaces or line breaks, and Node's own message for that would come too late. */
function readToken(settings: Settings, name: string): string | undefined {
  const token = findSetting(settings, name)?.value.trim();
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  settings.problems.push(
    `${name} holds spaces, line breaks or other characters that no token of X has: copy it again.`,
  );
  return undefined;
}

function isAboutXCredentials(problem: string): boolean {
  return /^(TWITTER_(BEARER|API_KEY|API_SECRET|ACCESS)|OAuth)/.test(problem);
}

/** The ancestor's `INFLUXDB_HOST` was a bare host name, with port 8086 understood. */
function readStoreUrl(settings: Settings): string {
  const host = findSetting(settings, 'INFLUXDB_HOST')?.value.trim();
  const name =
    findSetting(settings, 'INFLUXDB_URL') === undefined && host !== undefined ? 'INFLUXDB_HOST' : 'INFLUXDB_URL';
  const text = findSetting(settings, name)?.value.trim();
  if (text === undefined) {
    if (!settings.refused.has('INFLUXDB_URL')) {
      settings.problems.push('INFLUXDB_URL is missing: say where InfluxDB is, for example http://influxdb:8086.');
    }
    return '';
  }
  const withScheme =
    name === 'INFLUXDB_HOST' && !text.includes('://') ? `http://${text.includes(':') ? text : `${text}:8086`}` : text;
  return readUrl(settings, name, withScheme)?.href.replace(/\/+$/, '') ?? '';
}

function readStoreCredentials(settings: Settings): Pick<StoreAccess, 'username' | 'password'> {
  const username = findSetting(settings, 'INFLUXDB_USERNAME')?.value.trim();
  const password = findSetting(settings, 'INFLUXDB_PASSWORD')?.value;
  const token = readToken(settings, 'INFLUXDB_TOKEN');
  if (username?.includes(':') === true) {
    settings.problems.push('INFLUXDB_USERNAME holds a colon, which Basic authentication cannot carry.');
  }
  if (username !== undefined && password !== undefined) return { username, password };
  // InfluxDB 2.x takes a token as the password of any user name.
  if (token !== undefined) return { username: username ?? 'token', password: token };
  if (!settings.problems.some((problem) => /^INFLUXDB_(USERNAME|PASSWORD|TOKEN)/.test(problem))) {
    const missing = username === undefined && password === undefined ? 'credentials are' : 'credentials are half';
    settings.problems.push(
      `InfluxDB's ${missing} missing: set INFLUXDB_USERNAME and INFLUXDB_PASSWORD, or INFLUXDB_TOKEN, with READ and WRITE on the database.`,
    );
  }
  return { username: '', password: '' };
}

/** The value is not repeated in a problem: it may hold a password. */
function readUrl(settings: Settings, name: string, text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    settings.problems.push(
      `${name} is not an http(s) address such as ${name === 'TWITTER_API_URL' ? 'https://api.x.com/2/' : 'http://influxdb:8086'}.`,
    );
    return undefined;
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    settings.problems.push(
      `${name} holds credentials, a query or a fragment: give those in their own variables, the address alone here.`,
    );
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
