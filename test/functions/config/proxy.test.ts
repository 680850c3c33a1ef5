import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readXAccess, secretsOf } from '../../../functions/config/credentials.ts';
import { type Environment, openSettings } from '../../../functions/config/settings.ts';

const bearer = { TWITTER_BEARER_TOKEN: 'bearer-marker', CONFIG_DIR: '/nonexistent' };

function proxyOf(env: Environment): string | undefined {
  const settings = openSettings({ ...bearer, ...env });
  const { proxy } = readXAccess(settings);
  assert.deepEqual(settings.problems, []);
  return proxy;
}

describe('which proxy', () => {
  const proxy = 'http://proxy.example:3128/';
  for (const [name, env, expected] of [
    ['none by default', {}, undefined],
    ['upper case', { HTTPS_PROXY: 'http://proxy.example:3128' }, proxy],
    ['lower case', { https_proxy: 'http://proxy.example:3128' }, proxy],
    ['without a scheme', { HTTPS_PROXY: 'proxy.example:3128' }, proxy],
    ['with TLS', { HTTPS_PROXY: 'https://proxy.example' }, 'https://proxy.example/'],
    ['that of the other scheme is not meant', { HTTP_PROXY: 'proxy.example:3128' }, undefined],
    [
      'plain http',
      { HTTP_PROXY: 'proxy.example:3128', TWITTER_API_URL: 'http://127.0.0.1:8080/2' },
      'http://proxy.example:3128/',
    ],
    ['upper case first', { HTTPS_PROXY: 'http://proxy.example:3128', https_proxy: 'http://other' }, proxy],
  ] as const) {
    test(name, () => {
      assert.equal(proxyOf(env), expected);
    });
  }

  test('from a mounted file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'proxy-'));
    try {
      mkdirSync(join(folder, 'proxy'));
      writeFileSync(join(folder, 'proxy', 'HTTPS_PROXY'), `${proxy}\n`);
      assert.equal(proxyOf({ CONFIG_DIR: folder }), proxy);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('NO_PROXY', () => {
  for (const [entries, isExempt] of [
    ['*', true],
    ['api.x.com', true],
    ['x.com', true],
    ['.x.com', true],
    ['*.x.com', true],
    ['API.X.COM', true],
    ['localhost, 10.0.0.0/8 ,x.com', true],
    ['localhost x.com', true],
    ['x.com:443', true],
    ['x.com:80', false],
    ['i.x.com', false],
    ['notx.com', false],
    ['com.x', false],
    ['.svc,.cluster.local', false],
    [' , .', false],
  ] as const) {
    test(entries, () => {
      const env = { HTTPS_PROXY: 'http://proxy.example:3128', no_proxy: entries };
      assert.equal(proxyOf(env) === undefined, isExempt);
    });
  }
});

test('what is no proxy is refused without showing it', () => {
  for (const value of [
    'socks5://jane:secret-marker@proxy:1080',
    'http://jane:secret-marker%zz@proxy',
    'ftp://p',
    'http://',
  ]) {
    const settings = openSettings({ ...bearer, https_proxy: value });
    readXAccess(settings);
    const [problem, ...others] = settings.problems.map(({ sentence }) => sentence);
    assert.match(problem ?? '', /^https_proxy is not the address of an HTTP proxy such as http:\/\/proxy:3128\.$/);
    assert.deepEqual(others, []);
  }
});

test('the password of a proxy is a secret, as it is and as it stands in the address', () => {
  const settings = openSettings({ ...bearer, HTTPS_PROXY: 'http://jane:secret%2Fmarker@proxy:3128' });
  const secrets = secretsOf(readXAccess(settings), { url: '', database: '', username: 'a', password: 'b' });
  assert.ok(secrets.includes('secret/marker') && secrets.includes('secret%2Fmarker'), secrets.join(' '));
  const without = openSettings({ ...bearer, HTTPS_PROXY: 'http://proxy:3128' });
  const none = secretsOf(readXAccess(without), { url: '', database: '', username: 'a', password: 'b' });
  assert.ok(!none.includes(''));
});
