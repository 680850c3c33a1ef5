import { UsageError } from '../../local/runner/options.ts';
import { isObject, type Json, type JsonObject, mapObjects, objectsOf, without } from './json.ts';
import { orderKeys } from './key-order.ts';
import { removeNoise } from './noise.ts';

/** The data source that `grafana/` provisions: every dashboard here reads this one and no other. */
const influxdb = { type: 'influxdb', uid: 'influxdb' };
const ours = /^twittergraph-([a-z]+)$/;

/** What belongs to one installation, to one export, or is Grafana's default. */
const foreignKeys = new Set([
  '__elements',
  '__inputs',
  '__requires',
  'fiscalYearStartMonth',
  'gnetId',
  'id',
  'iteration',
  'liveNow',
  'preload',
  'revision',
  'snapshot',
  'timepicker',
  'version',
]);

/**
 * A dashboard as Grafana exports it, in the form that is kept in `grafana/dashboards/`. Doing it again changes nothing.
 * Throws a `UsageError` for anything but a classic dashboard of this repository.
 */
export function normaliseDashboard(exported: Json, source: string): JsonObject {
  const dashboard = without(findDashboard(exported, source), foreignKeys);
  const { annotations, panels, templating } = dashboard;
  const lean = {
    ...dashboard,
    ...(annotations === undefined ? {} : { annotations: { list: listOf(annotations) } }),
    templating: { list: listOf(templating).map(forgetChoice) },
    panels: toPanels(panels),
  };
  return orderKeys(mapObjects(lean, restoreDatasource)) as JsonObject;
}

/** The name of the file a dashboard is kept in: what its uid ends with. */
export function nameOf({ uid }: JsonObject): string {
  const [, name] = typeof uid === 'string' ? (ours.exec(uid) ?? []) : [];
  if (name === undefined) throw new Error('a dashboard without a uid of ours cannot be kept');
  return name;
}

/** Exports come bare, or as the API answers: `{ "dashboard": …, "meta": … }`. */
function findDashboard(exported: Json, source: string): JsonObject {
  const found = isObject(exported) && isObject(exported['dashboard']) ? exported['dashboard'] : exported;
  if (!isObject(found)) throw new UsageError(`${source} holds no dashboard.`);
  if ('apiVersion' in found || 'elements' in found || 'spec' in found)
    throw new UsageError(`${source} is in Grafana's new format, which cannot be provisioned: export it as "Classic".`);
  const { panels, uid } = found;
  if (!Array.isArray(panels)) throw new UsageError(`${source} holds no dashboard: it has no panels.`);
  if (typeof uid !== 'string' || !ours.test(uid))
    throw new UsageError(
      `${source} has the uid ${JSON.stringify(uid ?? null)}, not twittergraph-NAME: not one of ours.`,
    );
  return found;
}

function listOf(container: Json | undefined): readonly JsonObject[] {
  return isObject(container) ? objectsOf(container['list']) : [];
}

/** From top to bottom, from left to right. A folded row keeps its panels inside. */
function toPanels(panels: Json | undefined): readonly JsonObject[] {
  return objectsOf(panels)
    .map((panel) => ({ ...removeNoise(panel), ...('panels' in panel ? { panels: toPanels(panel['panels']) } : {}) }))
    .sort((a, b) => placeOf(a) - placeOf(b));
}

function placeOf({ gridPos }: JsonObject): number {
  return isObject(gridPos) ? Number(gridPos['y']) * 24 + Number(gridPos['x']) : 0;
}

/** Which account somebody has looked at last is theirs: a list is asked for again, and "All" stays. */
function forgetChoice(variable: JsonObject): JsonObject {
  if (variable['type'] !== 'query') return variable;
  const rest = without(variable, new Set(['current', 'definition', 'options']));
  if (variable['includeAll'] !== true) return rest;
  return { ...rest, current: { text: ['All'], value: ['$__all'] } };
}

/** An export names the data source of the Grafana it comes from, or, made for sharing, an input such as `${DS_INFLUXDB}`. */
function restoreDatasource(object: JsonObject): JsonObject {
  const { datasource } = object;
  const isInflux = isObject(datasource) && datasource['type'] === influxdb.type;
  const isInput = typeof datasource === 'string' && datasource.startsWith('${DS_');
  return isInflux || isInput ? { ...object, datasource: influxdb } : object;
}
