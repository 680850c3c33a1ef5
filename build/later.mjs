import { readFile } from 'node:fs/promises';

/**
 * What a start does not need: each of these runs when one of its members is first used, in most lives of the function
 * never. There is no use in listing a module whose members others read as soon as they are loaded.
 */
export const later = [
  'accepts/index.js',
  'iconv-lite/lib/index.js',
  'mime-types/index.js',
  'proxy-addr/index.js',
  'qs/lib/index.js',
  'send/index.js',
  'serve-static/index.js',
  'twitter-api-v2/dist/cjs/ads/client.ads.js',
  'twitter-api-v2/dist/cjs/v1/client.v1.js',
  'twitter-api-v2/dist/cjs/v1/client.v1.read.js',
  'twitter-api-v2/dist/cjs/v1/client.v1.write.js',
];

/** An esbuild plugin that puts a stand-in in the place of each module of the list. */
export const loadLater = {
  name: 'load-later',
  setup(build) {
    build.onResolve({ filter: /\?now$/ }, ({ path }) => ({ path: path.replace('?now', ''), suffix: '?now' }));
    build.onLoad({ filter: /node_modules/ }, async ({ path, suffix }) => {
      const isLater = suffix !== '?now' && later.some((file) => path.endsWith(`/node_modules/${file}`));
      return isLater ? { contents: standIn(path, await readFile(path, 'utf8')) } : undefined;
    });
  },
};

function standIn(path, source) {
  const isTranspiled = source.includes('"__esModule"'); // those who require it ask for that at once
  return `
const load = () => require(${JSON.stringify(`${path}?now`)});
module.exports = new Proxy(function () {}, {
  get: (_, name) => (name === '__esModule' ? ${isTranspiled} : load()[name]),
  apply: (_, self, given) => Reflect.apply(load(), self, given),
  construct: (_, given) => Reflect.construct(load(), given),
});`;
}
