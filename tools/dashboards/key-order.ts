import { type Json, type JsonObject, mapObjects } from './json.ts';

/** What a reader looks for first. Everything else follows in the order of the alphabet. */
const first = [
  'id',
  'uid',
  'refId',
  'type',
  'name',
  'title',
  'label',
  'description',
  'tags',
  'gridPos',
  'datasource',
  'query',
  'targets',
  'transformations',
  'fieldConfig',
  'options',
  'matcher',
  'properties',
  'filter',
];
/** What is longest. */
const last = ['links', 'annotations', 'templating', 'panels'];
const ranks = new Map([
  ...first.map((key, index) => [key, index] as const),
  ...last.map((key, index) => [key, 1000 + index] as const),
]);

/** The value with the keys of all its objects in one order, whatever order they had. Names of columns are sorted too. */
export function orderKeys(value: Json): Json {
  return mapObjects(value, (object) => Object.fromEntries(Object.entries(object).sort(compareEntries)));
}

type Entry = readonly [key: string, value: JsonObject[string]];

function compareEntries([a]: Entry, [b]: Entry): number {
  const byRank = (ranks.get(a) ?? first.length) - (ranks.get(b) ?? first.length);
  if (byRank !== 0) return byRank;
  return a < b ? -1 : 1;
}
