import { addProblem, readText, type Settings } from './settings.ts';

/** Where results go as events, and the attributes every event carries besides. */
export interface BrokerAccess {
  readonly url: string;
  readonly extensions: Readonly<Record<string, string>>;
}

/** What a SinkBinding says: https://knative.dev/docs/eventing/custom-event-source/sinkbinding/. `undefined` without one. */
export function readBroker(settings: Settings): BrokerAccess | undefined {
  const url = readText(settings, 'K_SINK');
  if (url === undefined) return undefined;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    addProblem(settings, 'K_SINK', ' is not an address that begins with http:// or https://.');
  }
  return { url, extensions: readExtensions(settings) };
}

/** What the function says itself of an event: no override changes it. */
const own = new Set(['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'dataschema', 'data']);

/** A header has to carry it. */
function isExtension([name, value]: readonly [string, string]): boolean {
  return /^[a-z0-9]{1,40}$/.test(name) && !own.has(name) && /^[\x20-\x7e]+$/.test(value);
}

function readExtensions(settings: Settings): Readonly<Record<string, string>> {
  try {
    const { extensions = {} } = JSON.parse(readText(settings, 'K_CE_OVERRIDES') ?? '{}') as { extensions?: object };
    const attributes = Object.entries(extensions).map(([name, value]) => [name.toLowerCase(), String(value)] as const);
    if (attributes.every(isExtension)) return Object.fromEntries(attributes);
  } catch {
    // said below
  }
  addProblem(settings, 'K_CE_OVERRIDES', ' is not JSON such as {"extensions":{"tenant":"acme"}}.');
  return {};
}
