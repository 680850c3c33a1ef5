/**
 * Runs the bundle with the code cache that was made when it was built (build/warm.cjs), so that nothing is compiled at a
 * start. V8 itself refuses the cache of another version or of other flags, and compiles.
 */
const { existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const { Script } = require('node:vm');

const filename = join(__dirname, 'bundle.js');
const cache = join(__dirname, 'bundle.cache');
// esbuild writes ASCII alone: one byte a character, and nothing to decode.
const script = new Script(readFileSync(filename, 'latin1'), {
  filename,
  cachedData: existsSync(cache) ? readFileSync(cache) : undefined,
});
const loaded = { exports: {} };
script.runInThisContext()(loaded.exports, require, loaded);

module.exports = { ...loaded.exports, script };
