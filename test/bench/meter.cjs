// Loaded into a measured process: tells what it has used so far whenever it gets SIGUSR2.
const { writeSync } = require('node:fs');

process.on('SIGUSR2', () => {
  const { user, system } = process.cpuUsage();
  writeSync(3, `${JSON.stringify({ cpuMicros: user + system, rssBytes: process.memoryUsage.rss() })}\n`);
});
