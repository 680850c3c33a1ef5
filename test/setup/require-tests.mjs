/**
 * A reporter beside the one that is read: a run in which no test ran is a failure. Node 20 loads reporters without the
 * hooks of tsx, hence .mjs.
 *
 * @param {AsyncIterable<import('node:test/reporters').TestEvent>} events
 */
export default async function* requireTests(events) {
  let count = 0;
  for await (const event of events) if (isEndOfTest(event)) count += 1;
  if (count > 0) return;
  process.exitCode = 1;
  yield 'No test ran.\n';
}

/** A file without tests is reported as one test that bears the file's name. */
function isEndOfTest({ type, data }) {
  if (type !== 'test:pass' && type !== 'test:fail') return false;
  return data.details.type !== 'suite' && data.skip === undefined && !data.name.endsWith('.test.ts');
}
