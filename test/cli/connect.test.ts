import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StackState } from '../../src/backends/state.ts';
import { stackFile, writeStack } from '../../src/backends/state-file.ts';
import { chosenServer } from '../../src/cli/config/chosen-server.ts';
import { loadConfig } from '../../src/cli/config/config.ts';
import { type Connection, connect } from '../../src/cli/connect.ts';
import { httpSettings, type ServerOptions } from '../../src/cli/credentials.ts';
import { contextOf } from '../../src/cli/global-options.ts';
import { main } from '../../src/cli/main.ts';
import { type Secret, secretText } from '../../src/source/http-options.ts';
import { type FakeIo, fakeIo } from '../helpers/fake-io.ts';
import { type Loopback, loopback, vectorOf } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

let home = '';
let server: Loopback;
const open: { close(): Promise<unknown> }[] = [];
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-connect-'));
  server = await loopback((_, response) => vectorOf(response, {}));
  open.push(server);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((each) => each.close()));
  rmSync(home, { recursive: true, force: true });
});

function worldWith(env: Readonly<Record<string, string>> = {}): FakeIo {
  return fakeIo({ homeDir: home, cwd: home, env });
}

async function connected(options: ServerOptions, io: FakeIo, globals = {}): Promise<Connection> {
  const connection = await connect(contextOf(io, globals), options);
  open.push(connection.source);
  return connection;
}

async function stackAt(prometheus: string): Promise<StackState> {
  const state: StackState = {
    version: 1,
    toolVersion: '0.1.0',
    backend: 'binary',
    id: 'abc',
    phase: 'running',
    startedMs: 1,
    urls: { prometheus, apps: ['http://127.0.0.1:8000'] },
    scenario: { t0Ms: 0, seed: 1, historyMs: 1 },
    token: 't',
    processes: [],
    dir: home,
  };
  await writeStack(join(home, '.local', 'state', 'prom-tutor'), state);
  return state;
}

describe('which server is asked', () => {
  const A = 'http://a.example.com';
  it.each<[string, ServerOptions, Record<string, string>, boolean, string, string, boolean]>([
    ['the option before all', { server: 'opt:1' }, { PROM_TUTOR_URL: A }, true, 'http://opt:1', 'option', false],
    [
      'PROM_TUTOR_URL',
      {},
      { PROM_TUTOR_URL: A, PROMETHEUS_URL: 'b', PROMQL_HOST: 'c' },
      true,
      A,
      'PROM_TUTOR_URL',
      true,
    ],
    [
      'PROMETHEUS_URL',
      {},
      { PROM_TUTOR_URL: ' ', PROMETHEUS_URL: A, PROMQL_HOST: 'c' },
      true,
      A,
      'PROMETHEUS_URL',
      true,
    ],
    ['PROMQL_HOST', {}, { PROMQL_HOST: 'a.example.com' }, true, A, 'PROMQL_HOST', true],
    ['the environment without a stack', {}, { PROMETHEUS_URL: A }, false, A, 'PROMETHEUS_URL', false],
    ['the running stack', {}, {}, true, 'http://127.0.0.1:19999', 'stack', false],
    ['the default', {}, {}, false, 'http://localhost:9090', 'default', false],
  ])('%s', async (_, options, env, withStack, url, origin, says) => {
    const stack = withStack ? await stackAt('http://127.0.0.1:19999') : undefined;
    const io = worldWith(env);
    const connection = await connected(options, io);
    expect({ url: connection.url, origin: connection.origin, stack: connection.stack }).toEqual({ url, origin, stack });
    expect(io.errText()).toBe(
      says ? `note: asking ${url} (from ${origin}), not the running stack at http://127.0.0.1:19999\n` : '',
    );
    expect(io.outText()).toBe('');
  });

  it('never shows credentials of the address', async () => {
    await stackAt('http://127.0.0.1:19999');
    const io = worldWith({ PROMETHEUS_URL: 'http://me:hunter2@a.example.com' });
    const connection = await connected({}, io);
    expect(connection.url + connection.source.name + io.errText()).not.toContain('hunter2');
  });

  it('says when the state file cannot be used', async () => {
    mkdirSync(join(home, '.local', 'state', 'prom-tutor'), { recursive: true });
    writeFileSync(stackFile(join(home, '.local', 'state', 'prom-tutor')), '{"version":1');
    const io = worldWith();
    expect((await connected({}, io)).origin).toBe('default');
    expect(io.errText()).toMatch(/^note: .*stack\.json/);
  });
});

describe('a server of the settings file', () => {
  const FILE = [
    'server: prod',
    'servers:',
    '  prod:',
    '    url: https://p.example.org/prom',
    '    token_file: token',
    '    headers: { X-Team: a, X-Scope-OrgID: team-a }',
    '    header_files: { X-Key: key }',
    '    timeout: 7s',
    '  here: http://127.0.0.1:1',
  ].join('\n');

  async function fromFile(options: ServerOptions, env: Record<string, string> = {}) {
    writeFileSync(join(home, 'config.yaml'), FILE);
    writeFileSync(join(home, 'token'), 'secret-token\n');
    writeFileSync(join(home, 'key'), 'secret-key\n');
    writeFileSync(join(home, 'other'), 'other-token\n');
    const io = worldWith(env);
    const context = contextOf(io, {}, await loadConfig(io, 'config.yaml'));
    const connection = await connect(context, options);
    open.push(connection.source);
    return { io, context, connection, chosen: chosenServer(context, options) };
  }

  it.each<[string, ServerOptions, Record<string, string>, string, string, string | undefined]>([
    ['is the default', {}, {}, 'https://p.example.org/prom', 'config', 'prod'],
    ['has a name for -s', { server: 'here' }, {}, 'http://127.0.0.1:1', 'option', 'here'],
    ['has a name for the environment', {}, { PROM_TUTOR_URL: 'here' }, 'http://127.0.0.1:1', 'PROM_TUTOR_URL', 'here'],
    ['stands behind the environment', {}, { PROMQL_HOST: 'a:1' }, 'http://a:1', 'PROMQL_HOST', undefined],
    ['stands behind an address', { server: 'b:2' }, {}, 'http://b:2', 'option', undefined],
  ])('%s', async (_, options, env, url, origin, name) => {
    const { connection } = await fromFile(options, env);
    expect({ url: connection.url, origin: connection.origin, name: connection.name }).toEqual({ url, origin, name });
  });

  it('wins over a running stack, and that is said', async () => {
    await stackAt('http://127.0.0.1:19999');
    const { io, connection } = await fromFile({});
    expect(connection.origin).toBe('config');
    expect(io.errText()).toContain('asking https://p.example.org/prom (from "server" in ');
  });

  it('brings its credentials, its headers and its time', async () => {
    const { context, chosen } = await fromFile({});
    const settings = await httpSettings(context, chosen.options, true, chosen.url);
    expect(settings.auth).toMatchObject({ kind: 'authorization', scheme: 'Bearer' });
    const { credentials } = settings.auth as { credentials: Secret };
    expect(await secretText(credentials)).toBe('secret-token');
    expect(settings.headers).toMatchObject({ 'x-team': ['a'], 'x-scope-orgid': ['team-a'] });
    expect(await secretText([settings.headers?.['x-key']].flat()[0] as Secret)).toBe('secret-key');
    expect(chosen.options.timeout).toBe(7_000);
  });

  it('gives way to what is typed', async () => {
    const typed = { tokenFile: join(home, 'other'), header: ['X-Team: b', 'X-Key: mine'], orgId: 'team-b', timeout: 1 };
    const { context, chosen } = await fromFile(typed);
    const settings = await httpSettings(context, chosen.options, true, chosen.url);
    const { credentials } = settings.auth as { credentials: Secret };
    expect(await secretText(credentials)).toBe('other-token');
    expect(settings.headers).toEqual({ 'x-team': ['b'], 'x-key': ['mine'], 'x-scope-orgid': ['team-b'] });
    expect(chosen.options.timeout).toBe(1);
    const user = await fromFile({ user: 'me', passwordFile: join(home, 'other') });
    expect(user.chosen.options).not.toHaveProperty('tokenFile');
  });

  it('is sent what it wants', async () => {
    writeFileSync(
      join(home, 'config.yaml'),
      `servers:\n  here: {url: "${server.url}", token_file: token, org_id: a}\n`,
    );
    writeFileSync(join(home, 'token'), 'secret-token\n');
    const io = worldWith();
    const code = await main(['query', 'up', '-s', 'here', '--config', 'config.yaml', '-o', 'json'], io);
    expect({ code, err: io.errText() }).toMatchObject({ code: 0 });
    expect(server.seen.at(-1)?.headers).toMatchObject({
      authorization: 'Bearer secret-token',
      'x-scope-orgid': 'a',
    });
    expect(io.outText() + io.errText()).not.toContain('secret-token');
  });

  it('that was misspelt is suggested, and nothing is sent', async () => {
    await expect(fromFile({ server: 'prodd' })).rejects.toMatchObject({ hint: expect.stringContaining('-s prod?') });
    expect((await fromFile({ server: 'http://prodd' })).connection.url).toBe('http://prodd');
    expect((await fromFile({ server: 'elsewhere' })).connection.url).toBe('http://elsewhere');
  });
});

describe('what is said when nobody answers', () => {
  it.each<[string, ServerOptions, (url: string) => Record<string, string>, 'stack' | 'none', RegExp]>([
    [
      'the environment',
      {},
      (url) => ({ PROMETHEUS_URL: url }),
      'none',
      /^The address comes from the variable PROMETHEUS_URL\. .*prom-tutor start$/,
    ],
    ['the stack', {}, () => ({}), 'stack', /prom-tutor doctor/],
  ])('at the address of %s', async (_, options, env, withStack, hint) => {
    const url = `http://127.0.0.1:${await freePort()}`;
    if (withStack === 'stack') await stackAt(url);
    const { source } = await connected(options, worldWith(env(url)));
    await expect(source.instant('up')).rejects.toMatchObject({
      kind: 'refused',
      url,
      hint: expect.stringMatching(hint),
    });
  });

  it('where the variable holds no address', async () => {
    await expect(connected({}, worldWith({ PROMETHEUS_URL: 'ftp://x' }))).rejects.toMatchObject({
      kind: 'bad-url',
      hint: 'The address comes from the variable PROMETHEUS_URL',
    });
  });
});

describe('who asks', () => {
  const file = (name: string, text: string) => {
    writeFileSync(join(home, name), text);
    return name;
  };

  async function headersFor(options: ServerOptions, env: Record<string, string> = {}) {
    const { source } = await connected({ server: server.url, ...options }, worldWith(env));
    await source.instant('up');
    return server.seen.at(-1)?.headers ?? {};
  }
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each<[string, () => ServerOptions, Record<string, string>, Record<string, string | undefined>]>([
    ['nobody', () => ({}), {}, { authorization: undefined, 'x-scope-orgid': undefined }],
    ['a user', () => ({ user: 'me', passwordFile: file('pw', 'secret\n') }), {}, { authorization: basic('me:secret') }],
    [
      'a user with the password of the environment',
      () => ({ user: 'me' }),
      { PROMETHEUS_PASSWORD: 'pw' },
      { authorization: basic('me:pw') },
    ],
    [
      'the user of the environment',
      () => ({}),
      { PROMETHEUS_USERNAME: 'me', PROMETHEUS_PASSWORD: 'pw' },
      { authorization: basic('me:pw') },
    ],
    [
      'the name of the environment with a password file',
      () => ({ passwordFile: file('pw', 'x') }),
      { PROMETHEUS_USERNAME: 'me' },
      { authorization: basic('me:x') },
    ],
    [
      'a token',
      () => ({ tokenFile: file('token', 't0k\n') }),
      { PROMETHEUS_USERNAME: 'me' },
      { authorization: 'Bearer t0k' },
    ],
    ['the token of the environment', () => ({}), { PROMETHEUS_TOKEN: 't0k' }, { authorization: 'Bearer t0k' }],
    ['a tenant', () => ({ orgId: 'team-a' }), { PROM_TUTOR_ORG_ID: 'team-b' }, { 'x-scope-orgid': 'team-a' }],
    ['the tenant of the environment', () => ({}), { PROM_TUTOR_ORG_ID: 'team-b' }, { 'x-scope-orgid': 'team-b' }],
    ['headers', () => ({ header: ['X-A: 1', 'X-B:2:3', 'X-A: 4'] }), {}, { 'x-a': '1, 4', 'x-b': '2:3' }],
    [
      'a header that says it all',
      () => ({ header: ['Authorization: Mine'], orgId: 'x', tokenFile: file('t', 'a') }),
      {},
      { authorization: 'Mine' },
    ],
    [
      'a header before the tenant option',
      () => ({ header: ['X-Scope-OrgID: h'], orgId: 'o' }),
      {},
      { 'x-scope-orgid': 'h' },
    ],
    [
      'the configuration file',
      () => ({
        httpConfigFile: file(
          'http.yml',
          `authorization: {credentials_file: ${file('tok', 'from-file')}}\nhttp_headers: {X-Scope-OrgID: {values: [c]}}`,
        ),
        header: ['X-C: 1'],
      }),
      { PROMETHEUS_TOKEN: 'env' },
      { authorization: 'Bearer from-file', 'x-scope-orgid': 'c', 'x-c': '1' },
    ],
    [
      'options before the configuration file',
      () => ({
        httpConfigFile: file('http.yml', 'bearer_token: c\nhttp_headers: {X-Scope-OrgID: {values: [c]}}'),
        orgId: 'o',
        tokenFile: file('t', 'a'),
      }),
      {},
      { authorization: 'Bearer a', 'x-scope-orgid': 'o' },
    ],
  ])('%s', async (_, options, env, expected) => {
    const headers = await headersFor(options(), env);
    expect(Object.fromEntries(Object.keys(expected).map((name) => [name, headers[name]]))).toEqual(expected);
    expect(headers['user-agent']).toMatch(/^prom-tutor\/\d+\.\d+\.\d+$/);
  });

  it('credentials of the address come before those of the environment', async () => {
    const url = server.url.replace('http://', 'http://me:pw@');
    const { source } = await connected({ server: url }, worldWith({ PROMETHEUS_TOKEN: 'env' }));
    await source.instant('up');
    expect(server.seen.at(-1)?.headers.authorization).toBe(basic('me:pw'));
  });

  it('credentials of the environment are not for the bundled stack', async () => {
    await stackAt(server.url);
    const { source } = await connected({}, worldWith({ PROMETHEUS_TOKEN: 't0k', PROM_TUTOR_ORG_ID: 'a' }));
    await source.instant('up');
    expect(server.seen.at(-1)?.headers).not.toMatchObject({ authorization: expect.anything() });
    expect(server.seen.at(-1)?.headers).not.toMatchObject({ 'x-scope-orgid': expect.anything() });
  });

  it.each<[ServerOptions, string]>([
    [{ user: 'me' }, '--user needs a password'],
    [{ passwordFile: 'pw' }, '--password-file needs a user name'],
    [{ user: 'me', tokenFile: 't' }, '--token-file and --user exclude each other'],
    [{ tokenFile: 'none' }, 'cannot read the file with the token'],
    [{ header: ['hunter2'] }, '--header wants a name, a colon and a value'],
    [{ header: [': hunter2'] }, '--header wants a name'],
    [{ certFile: 'a' }, '--cert-file and --key-file belong together'],
    [{ caFile: 'none.pem' }, 'cannot read the file with the certificate authority'],
    [{ httpConfigFile: 'none.yml' }, '--http.config.file'],
  ])('%j is a usage error before anything is sent', async (options, message) => {
    const error = await connected({ server: server.url, ...options }, worldWith()).catch((thrown) => thrown);
    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2, message: expect.stringContaining(message) });
    expect(`${error.message}${error.hint}`).not.toContain('hunter2');
    expect(server.seen).toEqual([]);
  });

  it('says what of the configuration file has no effect', async () => {
    const io = worldWith();
    await connected({ server: server.url, httpConfigFile: file('http.yml', 'enable_http2: true') }, io);
    expect(io.errText()).toBe(`note: ${join(home, 'http.yml')}:1: enable_http2 has no effect: HTTP/1.1 is used\n`);
  });
});

describe('limits and traces', () => {
  it('--timeout and --max-response reach the source', async () => {
    const slow = await loopback(() => undefined);
    open.push(slow);
    const { source } = await connected({ server: slow.url, timeout: 200 }, worldWith());
    await expect(source.instant('up')).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('0.2 s'),
    });
    const { source: capped } = await connected({ server: server.url, maxResponse: 10 }, worldWith());
    await expect(capped.instant('up')).rejects.toMatchObject({
      kind: 'too-large',
      message: expect.stringContaining('10 bytes'),
    });
  });

  it('--debug tells every request with its time on stderr', async () => {
    const times = [1_000, 1_012];
    const io = fakeIo({ homeDir: home, cwd: home, now: () => times.shift() ?? 0 });
    const { source } = await connected({ server: server.url }, io, { debug: true });
    await source.instant('up');
    expect(io.errText()).toMatch(
      new RegExp(`^debug: POST ${server.url}/api/v1/query: status 200, \\d+ bytes, 12 ms\n$`),
    );
    expect(io.outText()).toBe('');
  });

  it('proxies of the environment are used', async () => {
    const { source } = await connected(
      { server: 'http://prometheus.test' },
      worldWith({ http_proxy: server.url, PROMETHEUS_TOKEN: 'x' }),
    );
    await source.instant('up');
    expect(server.seen.at(-1)?.url).toBe('http://prometheus.test/api/v1/query');
  });
});
