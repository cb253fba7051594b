import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../src/model/errors.ts';
import { loadHttpConfig } from '../../src/source/http-config.ts';
import { secretText } from '../../src/source/http-options.ts';

const dir = mkdtempSync(join(tmpdir(), 'prom-tutor-http-config-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));
mkdirSync(join(dir, 'secrets'));
writeFileSync(join(dir, 'secrets', 'token'), '  t0ken\n');
writeFileSync(join(dir, 'secrets', 'name'), 'me\n');

const env = { HTTP_PROXY: 'http://env-proxy:1', no_proxy: 'internal' };

function load(text: string) {
  const path = join(dir, 'http.yml');
  writeFileSync(path, text);
  return loadHttpConfig(path, env);
}

const NO_PROXY = { httpProxy: '', httpsProxy: '', noProxy: '' };

describe('a configuration promtool takes', () => {
  it('basic_auth', async () => {
    const { auth } = await load('basic_auth:\n  username: me\n  password: 0123\n');
    expect(auth).toEqual({ kind: 'basic', username: 'me', password: '0123' });
  });

  it('basic_auth from files beside it', async () => {
    const { auth } = await load('basic_auth:\n  username_file: secrets/name\n  password_file: ./secrets/token\n');
    if (auth?.kind !== 'basic') return expect.fail();
    expect([await secretText(auth.username), await secretText(auth.password)]).toEqual(['me', 't0ken']);
  });

  it.each([
    ['authorization:\n  credentials: abc\n', 'Bearer', 'abc'],
    ['authorization:\n  type: " Token "\n  credentials: abc\n', 'Token', 'abc'],
    ['authorization:\n  credentials_file: secrets/token\n', 'Bearer', 't0ken'],
    ['bearer_token: abc\n', 'Bearer', 'abc'],
    ['bearer_token_file: secrets/token\n', 'Bearer', 't0ken'],
  ])('%j', async (text, scheme, credentials) => {
    const { auth } = await load(text);
    if (auth?.kind !== 'authorization') return expect.fail();
    expect([auth.scheme, await secretText(auth.credentials)]).toEqual([scheme, credentials]);
  });

  it('reads a token file anew for every request', async () => {
    writeFileSync(join(dir, 'secrets', 'rotating'), 'one');
    const { auth } = await load('authorization: {credentials_file: secrets/rotating}');
    if (auth?.kind !== 'authorization') return expect.fail();
    expect(await secretText(auth.credentials)).toBe('one');
    writeFileSync(join(dir, 'secrets', 'rotating'), 'two');
    expect(await secretText(auth.credentials)).toBe('two');
  });

  it('oauth2', async () => {
    const { auth } = await load(`oauth2:
  client_id: id
  client_secret_file: secrets/token
  token_url: https://auth.example.com/token
  scopes: [a, b]
  endpoint_params:
    audience: metrics
  tls_config:
    insecure_skip_verify: true
  proxy_url: http://p:1
`);
    if (auth?.kind !== 'oauth2') return expect.fail();
    const { clientSecret, ...rest } = auth.oauth2;
    expect(await secretText(clientSecret)).toBe('t0ken');
    expect(rest).toEqual({
      clientId: 'id',
      tokenUrl: 'https://auth.example.com/token',
      scopes: ['a', 'b'],
      endpointParams: { audience: 'metrics' },
      tls: { insecure: true },
      proxy: { httpProxy: 'http://p:1', httpsProxy: 'http://p:1', noProxy: '' },
    });
  });

  it('tls_config', async () => {
    const { tls } = await load(`tls_config:
  ca: |
    -----BEGIN CERTIFICATE-----
  cert_file: secrets/token
  key_file: secrets/name
  server_name: prom.example.com
  insecure_skip_verify: false
  min_version: TLS12
  max_version: TLS13
`);
    const { cert, key, ...rest } = tls;
    expect([await secretText(cert ?? ''), await secretText(key ?? '')]).toEqual(['t0ken', 'me']);
    expect(rest).toEqual({
      ca: '-----BEGIN CERTIFICATE-----\n',
      serverName: 'prom.example.com',
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.3',
    });
  });

  it('http_headers', async () => {
    const { headers } = await load(`http_headers:
  X-Scope-OrgID: {values: [team-a]}
  X-Secret:
    values: [a]
    secrets: [b]
    files: [secrets/token]
`);
    expect(headers['x-scope-orgid']).toEqual(['team-a']);
    const values = headers['x-secret'];
    if (!Array.isArray(values)) return expect.fail();
    expect(await Promise.all(values.map(secretText))).toEqual(['a', 'b', 't0ken']);
  });

  it.each([
    ['', NO_PROXY],
    [
      'proxy_url: http://p:3128\nno_proxy: a,10.0.0.0/8\n',
      { httpProxy: 'http://p:3128', httpsProxy: 'http://p:3128', noProxy: 'a,10.0.0.0/8' },
    ],
    ['proxy_from_environment: true\n', { httpProxy: 'http://env-proxy:1', httpsProxy: '', noProxy: 'internal' }],
    [
      'proxy_url: http://p:1\nproxy_connect_header:\n  X-A: [b]\n',
      { httpProxy: 'http://p:1', httpsProxy: 'http://p:1', noProxy: '', connectHeaders: { 'X-A': ['b'] } },
    ],
  ])('proxies: %j', async (text, proxy) => {
    expect((await load(text)).proxy).toEqual(proxy);
  });

  it.each([
    ['', true],
    ['follow_redirects: true', true],
    ['follow_redirects: false', false],
  ])('follow_redirects: %j', async (text, followRedirects) => {
    expect((await load(text)).followRedirects).toBe(followRedirects);
  });

  it('says that enable_http2 has no effect', async () => {
    expect((await load('\nenable_http2: true\n')).notes).toEqual([
      `${join(dir, 'http.yml')}:2: enable_http2 has no effect: HTTP/1.1 is used`,
    ]);
    expect((await load('enable_http2: false\n')).notes).toEqual([]);
  });

  it('an empty file, comments, and an anchor', async () => {
    expect((await load('# nothing\n')).auth).toBeUndefined();
    expect((await load('basic_auth:\n')).auth).toBeUndefined();
    expect(
      (await load('authorization: {credentials: &t abc}\nhttp_headers:\n  x-a: {values: [*t]}\n')).headers,
    ).toEqual({
      'x-a': ['abc'],
    });
  });
});

describe('a configuration with mistakes', () => {
  it.each<[string, readonly string[]]>([
    ['basic_auth:\n  usernam: me\n', ['2: unknown key "usernam" in "basic_auth"; did you mean "username"?']],
    ['tls_confg: {}\n', ['1: unknown key "tls_confg"; did you mean "tls_config"?']],
    ['zzz: 1\n', ['1: unknown key "zzz"']],
    ['__proto__: {}\nconstructor: 1\n', ['1: unknown key "__proto__"', '2: unknown key "constructor"']],
    ['basic_auth: me\n', ['1: "basic_auth" must be a mapping, one "key: value" a line']],
    ['basic_auth:\n  username: [a]\n', ['2: "basic_auth.username" must be a text']],
    ['follow_redirects: maybe\n', ['1: "follow_redirects" must be true or false']],
    [
      'oauth2:\n  scopes: a\n  client_id: x\n  token_url: http://a\n',
      ['2: "oauth2.scopes" must be a list, one "- item" a line'],
    ],
    ['- a\n', ['1: the file must be a mapping, one "key: value" a line']],
    ['a: b: c\n', ['1: Nested mappings are not allowed in compact mappings']],
    ['bearer_token: a\nbearer_token: b\n', ['2: Map keys must be unique']],
    [
      'basic_auth: {username: a}\nauthorization: {credentials: b}\n',
      ['2: at most one of basic_auth and authorization may be given'],
    ],
    ['basic_auth:\n  password: a\n  password_file: b\n', ['3: at most one of password and password_file may be given']],
    ['authorization:\n  type: Basic\n', ['2: authorization type cannot be "basic"; use basic_auth']],
    [
      'authorization:\n  credentials_ref: x\n',
      ['2: credentials_ref names a secret of a secret manager, and there is none here; use credentials_file'],
    ],
    ['oauth2:\n  scopes: []\n', ['1: oauth2 needs a client_id', '1: oauth2 needs a token_url']],
    [
      'oauth2:\n  client_id: a\n  token_url: nowhere\n',
      ['3: token_url is not an address such as https://auth.example.com/token'],
    ],
    [
      'tls_config:\n  min_version: TLS14\n',
      ['2: unknown TLS version "TLS14"; TLS10, TLS11, TLS12 and TLS13 are known'],
    ],
    ['tls_config:\n  cert_file: a\n', ['1: a client certificate needs both: cert or cert_file, and key or key_file']],
    ['tls_config:\n  ca: a\n  ca_file: a\n', ['3: at most one of ca and ca_file may be given']],
    [
      'proxy_url: http://a\nproxy_from_environment: true\n',
      ['1: proxy_url and proxy_from_environment exclude each other'],
    ],
    ['no_proxy: a\n', ['1: no_proxy needs a proxy_url']],
    ['proxy_connect_header:\n  a: [b]\n', ['1: proxy_connect_header needs proxy_url or proxy_from_environment']],
    ['proxy_url: proxy:3128\n', ['1: proxy_url is not an address such as http://proxy.example.com:3128']],
    ['http_headers:\n  Authorization: {values: [x]}\n', ['2: setting header "Authorization" is not allowed']],
    ['http_headers:\n  Content-Length: {values: [x]}\n', ['2: setting header "Content-Length" is not allowed']],
    [
      'nope: 1\ntls_config:\n  nope: 2\n  ca: [a]\n',
      ['1: unknown key "nope"', '3: unknown key "nope" in "tls_config"', '4: "tls_config.ca" must be a text'],
    ],
  ])('%j', async (text, problems) => {
    const error = await load(text).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    const path = join(dir, 'http.yml');
    expect((error as UsageError).message.split('\n')).toEqual(problems.map((problem) => `${path}:${problem}`));
  });

  it('that is not there', async () => {
    await expect(loadHttpConfig(join(dir, 'none.yml'), {})).rejects.toThrow(
      `--http.config.file ${join(dir, 'none.yml')}: there is no such file`,
    );
  });

  it('names a file that is not there when it is needed', async () => {
    const { auth } = await load('authorization: {credentials_file: secrets/none}');
    if (auth?.kind !== 'authorization') return expect.fail();
    await expect(secretText(auth.credentials)).rejects.toThrow(
      `cannot read the file with the token, ${join(dir, 'secrets/none')}: there is no such file`,
    );
  });
});
