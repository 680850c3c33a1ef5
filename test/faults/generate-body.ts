/** Numbers from 0 to 1 that a seed decides. */
export type Random = () => number;

/** A body that is a request, nearly one, or anything else. */
export function makeBody(random: Random): string {
  return pick(random, [
    () => '',
    () => '{}',
    () => JSON.stringify(makeRequest(random)),
    () => JSON.stringify(makeRequest(random)),
    () => JSON.stringify(makeRequest(random)),
    () => '{"__proto__":{"job":"summarize"},"constructor":1}',
    () => '['.repeat(Math.floor(random() * 20_000)),
    () => `{"users":${'['.repeat(2000)}${']'.repeat(2000)}}`,
    () => `{"users":["${noise(random, 60).replace(/["\\]/g, '')}"]}`,
    () => `{"${pick(random, ['job', 'every', 'probe', 'from'])}":${'['.repeat(50_000)}${']'.repeat(50_000)}}`,
    () => noise(random, 200),
    () => 'null',
    () => '"collect"',
    () => '1e999',
    () => ` \ufeff{"job":"collect"}`,
    () => 'x'.repeat(Math.floor(random() * 2_000_000) * (random() < 0.02 ? 1 : 0)),
  ])();
}

function makeRequest(random: Random): Record<string, unknown> {
  const values: readonly unknown[] = [
    undefined,
    null,
    0,
    -1,
    1e300,
    1e-300,
    2 ** 53,
    NaN,
    true,
    '',
    'collect',
    [],
    ['user'],
    {},
    ['__proto__'],
    [null],
    'user',
    ['tweet', 'tweet'],
    900,
    86_400,
    '2026-02-30',
    '2026-11-01',
    400,
    401,
  ];
  const request: Record<string, unknown> = {};
  for (const key of ['job', 'collectors', 'users', 'every', 'probe', 'from', 'days', 'x']) {
    if (random() < 0.3) request[key] = pick(random, values);
  }
  if (random() < 0.5) request['job'] = pick(random, ['collect', 'summarize', 'reconcile']);
  return request;
}

/** Text without what Node's own client refuses to send in a header. */
export function noise(random: Random, length: number): string {
  return Array.from({ length: Math.floor(random() * length) + 1 }, () =>
    String.fromCharCode(33 + Math.floor(random() * 90)),
  ).join('');
}

/** One of the values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random() * values.length)] as T;
}
