/**
 * Bundles the function into `dist/`: `index.mjs` registers it, `start.mjs` is the Functions Framework's own command.
 *
 * One bundle more than halves the CPU of a cold start, which a function that scales to zero pays on every tick. The two
 * entries share their chunks, so the framework that starts is the framework the function registered with. `.mjs` spares
 * the framework its search for the nearest package.json.
 */
import { build } from 'esbuild';

await build({
  entryPoints: {
    index: 'functions/index.ts',
    start: 'node_modules/@google-cloud/functions-framework/build/src/main.js',
  },
  outdir: 'dist',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
  // The framework and its dependencies are CommonJS: inside an ES module they need a require for Node's own modules.
  banner: { js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);" },
});
