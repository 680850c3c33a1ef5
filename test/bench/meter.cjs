// Loaded into a measured process: tells what it has used so far whenever it gets SIGUSR2.
const { readFileSync, writeSync } = require('node:fs');

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  const memory = { rssBytes: process.memoryUsage.rss(), peakBytes: peakBytes() };
  const builtins = process.moduleLoadList.filter((name) => name.startsWith('NativeModule ')).length;
  const use = { cpuMicros: user + system, ...memory, builtins, files: Object.keys(require.cache).length };
  writeSync(3, `${JSON.stringify(use)}\n`);
});

// What getrusage says of a new program is its parent's peak where that was higher.
function peakBytes() {
  try {
    return 1024 * Number(/VmHWM:\s*(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))[1]);
  } catch {
    return 1024 * process.resourceUsage().maxRSS;
  }
}
