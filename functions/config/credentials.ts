import { proxyPassword, readProxy } from './proxy.ts';
import { addMissing, addProblem, findSetting, readText, type Settings } from './settings.ts';

/** OAuth 1.0a user context: what X calls API key, API key secret, access token and access token secret. */
export type UserContext = Readonly<Record<'appKey' | 'appSecret' | 'accessToken' | 'accessSecret', string>>;

/** Where X is and how to sign in there; at least one of the two credentials is present. */
export interface XAccess {
  /** With a slash at the end. */
  readonly url: string;
  readonly bearerToken: string | undefined;
  readonly userContext: UserContext | undefined;
  /** The address of the HTTP proxy on the way there, with its credentials. */
  readonly proxy?: string | undefined;
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

/** X's address and credentials, of which one is needed where X is asked; what is missing or wrong is added to the settings' problems. */
export function readXAccess(settings: Settings, isNeeded = true): XAccess {
  const bearerToken = readToken(settings, 'TWITTER_BEARER_TOKEN');
  const userContext = readUserContext(settings);
  if (isNeeded && bearerToken === undefined && userContext === undefined) {
    const rest = ` is missing: set it, or all of ${userContextVariables.join(', ')}.`;
    addMissing(settings, ['TWITTER_BEARER_TOKEN', ...userContextVariables], rest);
  }
  const text = readText(settings, 'TWITTER_API_URL') ?? 'https://api.x.com/2/';
  const url = readUrl(settings, 'TWITTER_API_URL', text);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname)) {
    addProblem(settings, 'TWITTER_API_URL', ' is plain http to another machine, which shows the credentials.');
  }
  const proxy = url && readProxy(settings, url);
  return { url: `${withoutSlash(url)}/`, bearerToken, userContext, proxy };
}

/** InfluxDB's address, database and credentials; what is missing or wrong is added to the settings' problems. */
export function readStore(settings: Settings): StoreAccess {
  const database = readText(settings, 'INFLUXDB_DATABASE') ?? 'twittergraph';
  return { ...readStoreCredentials(settings), url: readStoreUrl(settings), database };
}

/** Everything in the access data that must never be seen, Basic credentials in their encoded form included. */
export function secretsOf(x: XAccess, store: StoreAccess): string[] {
  const basic = Buffer.from(`${store.username}:${store.password}`).toString('base64');
  const ofProxy = x.proxy === undefined ? [] : [proxyPassword(x.proxy) ?? '', new URL(x.proxy).password];
  const all = [x.bearerToken ?? '', ...Object.values(x.userContext ?? {}), store.password, basic, ...ofProxy];
  return all.filter((secret) => secret !== '');
}

function readUserContext(settings: Settings): UserContext | undefined {
  const values = userContextVariables.map((name) => readToken(settings, name));
  const missing = userContextVariables.filter((_name, index) => values[index] === undefined);
  const [first, ...others] = missing;
  if (first !== undefined && missing.length < values.length) {
    const rest = others.map((name) => `, ${name}`).join('');
    addProblem(settings, first, `${rest}: OAuth 1.0a needs all four values.`);
  }
  const [appKey, appSecret, accessToken, accessSecret] = values;
  if (!appKey || !appSecret || !accessToken || !accessSecret) return undefined;
  return { appKey, appSecret, accessToken, accessSecret };
}

/** A header cannot carry spaces or line breaks, and Node's own message for that would come too late. */
function readToken(settings: Settings, name: string): string | undefined {
  const token = readText(settings, name);
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  addProblem(settings, name, ` holds spaces, line breaks or other characters that no token of X has: copy it again.`);
  return undefined;
}

/** The ancestor's `INFLUXDB_HOST` was a bare host name, with port 8086 understood. */
function readStoreUrl(settings: Settings): string {
  const [text, host] = ['INFLUXDB_URL', 'INFLUXDB_HOST'].map((name) => readText(settings, name));
  if (text !== undefined) return withoutSlash(readUrl(settings, 'INFLUXDB_URL', text));
  if (host === undefined) {
    const rest = ' is missing: say where InfluxDB is, for example http://influxdb:8086.';
    addMissing(settings, ['INFLUXDB_URL', 'INFLUXDB_HOST'], rest);
    return '';
  }
  const address = host.includes(':') ? host : `${host}:8086`;
  return withoutSlash(readUrl(settings, 'INFLUXDB_HOST', host.includes('://') ? host : `http://${address}`));
}

function withoutSlash(url: URL | undefined): string {
  return url?.href.replace(/\/+$/, '') ?? '';
}

function readStoreCredentials(settings: Settings): Pick<StoreAccess, 'username' | 'password'> {
  const username = readText(settings, 'INFLUXDB_USERNAME');
  const password = findSetting(settings, 'INFLUXDB_PASSWORD')?.value;
  const token = readToken(settings, 'INFLUXDB_TOKEN');
  if (username?.includes(':') === true) {
    addProblem(settings, 'INFLUXDB_USERNAME', ' holds a colon, which Basic authentication cannot carry.');
  }
  if (username !== undefined && password !== undefined) return { username, password };
  // InfluxDB 2.x takes a token as the password of any user name.
  if (token !== undefined) return { username: username ?? 'token', password: token };
  const names = ['INFLUXDB_PASSWORD', 'INFLUXDB_USERNAME', 'INFLUXDB_TOKEN'] as const;
  addMissing(settings, names, ': set it and INFLUXDB_USERNAME, or INFLUXDB_TOKEN.');
  return { username: '', password: '' };
}

/** The value is not repeated in a problem: it may hold a password. */
function readUrl(settings: Settings, name: string, text: string): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:') || url.hostname === '') {
    addProblem(settings, name, ' is not an address that begins with http:// or https://.');
    return undefined;
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    addProblem(settings, name, ' holds credentials, a query or a fragment: give the address alone.');
  }
  return url;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
