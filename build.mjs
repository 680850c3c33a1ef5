/**
 * Bundles the function into `dist/`: `index.cjs` is the function, `start.cjs` the Functions Framework's own command.
 *
 * One bundle, with the code cache that V8 made of it, costs a third of the CPU of a start from node_modules, which a
 * function that scales to zero pays on every tick. Both entries run the same bundle, so the framework that starts is the
 * framework the function registered with. CommonJS, since an ES module that imports node:http runs all its getters, which
 * load `fetch`.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { loadLater } from './build/later.mjs';
import { withoutAsyncHooks } from './build/without-async-hooks.mjs';
import { licencesOf } from './build/licences.mjs';

const { outdir } = parseArgs({ options: { outdir: { type: 'string', default: 'dist' } } }).values;
const framework = 'node_modules/@google-cloud/functions-framework';
const { bin } = JSON.parse(readFileSync(join(framework, 'package.json'), 'utf8'));
const command = `./${join(framework, bin['functions-framework'])}`;

rmSync(outdir, { recursive: true, force: true });
const { metafile } = await build({
  stdin: {
    contents: `
exports.start = () => require(${JSON.stringify(command)});
exports.load = () => require('./functions/index.ts');`,
    resolveDir: '.',
  },
  outfile: join(outdir, 'bundle.js'),
  bundle: true,
  format: 'cjs',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  metafile: true,
  plugins: [loadLater, withoutAsyncHooks],
  banner: { js: '(function (exports, require, module) {' },
  footer: { js: '})' },
});
copyFileSync('build/load.cjs', join(outdir, 'load.cjs'));
writeFileSync(join(outdir, 'start.cjs'), "require('./load.cjs').start();\n");
writeFileSync(join(outdir, 'index.cjs'), "module.exports = require('./load.cjs').load();\n");
writeFileSync(join(outdir, 'LICENCES.txt'), licencesOf(metafile));
// Nothing of the builder's environment, such as a proxy, is the function's business.
execFileSync(process.execPath, ['build/warm.cjs', outdir], { env: {}, stdio: 'inherit', timeout: 60_000 });
