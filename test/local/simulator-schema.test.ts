import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import Ajv from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import { startSimulator } from '../../local/simulator/server.ts';
import { sharedPath } from '../support/shared.ts';

interface Specification {
  paths: Record<
    string,
    { get: { responses: Record<string, { content: Record<string, { schema: { $ref: string } }> }> } }
  >;
  components: { schemas: Record<string, { properties?: Record<string, unknown>; $ref?: string }> };
}

const OLD = 'x-api/openapi-2.166.json';
const NEW = 'x-api/openapi-2.167.json';
const userFields = 'user.fields=created_at,description,protected,public_metrics,verified';
const postFields = 'author_id,conversation_id,created_at,lang,possibly_sensitive,public_metrics';

/** Which specification, the path asked, its template there, the status, and the schemas of `data` and its metrics. */
const ASKED: [spec: string, path: string, template: string, status: number, data?: string, metrics?: string][] = [
  [OLD, `users/by?usernames=jack,suspended_sam,nobody&${userFields}`, '/2/users/by', 200, 'User'],
  [OLD, 'users/by?usernames=nobody', '/2/users/by', 200],
  [OLD, `users?ids=12,13&${userFields}`, '/2/users', 200, 'User'],
  [OLD, `users/by/username/jack?${userFields}`, '/2/users/by/username/{username}', 200, 'User'],
  [OLD, `users/12?${userFields}`, '/2/users/{id}', 200, 'User'],
  [OLD, `users/12/tweets?tweet.fields=${postFields},non_public_metrics`, '/2/users/{id}/tweets', 200, 'Tweet'],
  [OLD, 'tweets?ids=20', '/2/tweets', 200],
  [OLD, 'users?ids=NA', '/2/users', 400],
  [NEW, `users/12/tweets?post.fields=${postFields}`, '/2/users/{id}/tweets', 200, 'Post', 'PostPublicMetrics'],
  [NEW, 'usage/tweets?usage.fields=daily_project_usage,daily_client_app_usage', '/2/usage/tweets', 200, 'Usage'],
];

for (const [spec, path, template, status, data, metrics] of ASKED) {
  test(`GET ${path.slice(0, 60)} answers as ${spec} says`, async (t) => {
    const file = sharedPath(spec);
    if (file === undefined) {
      t.skip(`${spec} is not at hand`);
      return;
    }
    const specification = JSON.parse(readFileSync(file, 'utf8')) as Specification;
    const answer = await askX(t, path);
    assert.equal(answer.status, status);
    assert.deepEqual(listViolations(specification, template, status, answer.body), []);
    if (data === undefined) return;
    const [item] = [answer.body['data']].flat() as Record<string, unknown>[];
    assert.ok(item);
    assert.deepEqual(listUnknown(specification, data, item), []);
    if (metrics !== undefined)
      assert.deepEqual(listUnknown(specification, metrics, item['public_metrics'] as object), []);
  });
}

/** What the body breaks of the schema that the specification gives for this status. */
function listViolations(specification: Specification, template: string, status: number, body: unknown): unknown[] {
  const responses = specification.paths[template]?.get.responses;
  const content = responses?.[String(status)]?.content ?? responses?.['default']?.content;
  const schema = (content?.['application/problem+json'] ?? content?.['application/json'])?.schema;
  assert.ok(schema, `${template} has an answer ${status}`);
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true, unicodeRegExp: false }));
  ajv.addSchema(specification, 'spec');
  const validate = ajv.compile({ $ref: `spec${schema.$ref}` });
  return validate(body) ? [] : (validate.errors ?? ['refused']);
}

/** The names the specification does not know; its schemas allow them, but X does not send them. */
function listUnknown(specification: Specification, schema: string, value: object): string[] {
  const known = specification.components.schemas[schema]?.properties ?? {};
  return Object.keys(value).filter((name) => !(name in known));
}

async function askX(t: TestContext, path: string): Promise<{ status: number; body: Record<string, unknown> }> {
  const simulator = await startSimulator({ port: 0, speed: 60 });
  t.after(() => simulator.close());
  const response = await fetch(`${simulator.url}${path}`, { headers: { authorization: 'Bearer x' } });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}
