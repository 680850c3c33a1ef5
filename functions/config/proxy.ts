import { addProblem, readText, type Settings } from './settings.ts';

/**
 * The proxy on the way to this address, as an address: that of the scheme's variable, in either case of letters, unless
 * NO_PROXY exempts it. What is wrong is added to the settings' problems, without the value: it may hold a password.
 */
export function readProxy(settings: Settings, url: URL): string | undefined {
  const [name, text] = findInEitherCase(settings, url.protocol === 'http:' ? 'HTTP_PROXY' : 'HTTPS_PROXY');
  const exempt = findInEitherCase(settings, 'NO_PROXY')[1] ?? '';
  if (text === undefined || isExempt(url, exempt)) return undefined;
  const address = text.includes('://') ? text : `http://${text}`;
  const proxy = URL.canParse(address) ? new URL(address) : undefined;
  if (proxy !== undefined && ['http:', 'https:'].includes(proxy.protocol) && proxyPassword(proxy.href) !== undefined) {
    return proxy.href;
  }
  addProblem(settings, name, ' is not the address of an HTTP proxy such as http://proxy:3128.');
  return undefined;
}

/** The password in a proxy's address, empty where it has none; `undefined` where it is not escaped as in a URL. */
export function proxyPassword(proxy: string): string | undefined {
  const { username, password } = new URL(proxy);
  try {
    return [username, password].map(decodeURIComponent)[1];
  } catch {
    return undefined;
  }
}

function findInEitherCase(settings: Settings, name: string): readonly [name: string, value: string | undefined] {
  const text = readText(settings, name);
  return text === undefined ? [name.toLowerCase(), readText(settings, name.toLowerCase())] : [name, text];
}

/** Entries are `*`, or a host that stands for those below it too, with or without a dot before it and a port behind. */
function isExempt({ hostname, port, protocol }: URL, entries: string): boolean {
  const used = port || (protocol === 'http:' ? '80' : '443');
  return entries.split(/[\s,]+/).some((entry) => {
    const [, host = '', itsPort = used] = /^(?:\*?\.)?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
    return entry === '*' || (host !== '' && itsPort === used && `.${hostname}`.endsWith(`.${host}`));
  });
}
