import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/commands.ts';
import { initText } from '../../../src/cli/config/init-text.ts';
import { readConfig } from '../../../src/cli/config/read-config.ts';
import { SERVER_FIELDS } from '../../../src/cli/config/server-fields.ts';
import { SETTINGS } from '../../../src/cli/config/settings.ts';
import { main } from '../../../src/cli/main.ts';
import { fakeIo } from '../../helpers/fake-io.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'prom-tutor-config-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const path = () => join(home, '.config', 'prom-tutor', 'config.yaml');
const text = () => readFileSync(path(), 'utf8');
function written(content: string): void {
  mkdirSync(join(home, '.config', 'prom-tutor'), { recursive: true });
  writeFileSync(path(), content);
}

async function run(line: string | readonly string[], options: Parameters<typeof fakeIo>[0] = {}) {
  const io = fakeIo({ homeDir: home, cwd: home, columns: 100, ...options });
  const code = await main(typeof line === 'string' ? line.split(' ') : line, io);
  return { code, out: io.outText(), err: io.errText() };
}

describe('the file that init writes', () => {
  it('explains every setting and every key of a server, and sets nothing', async () => {
    expect(await run('config init')).toMatchObject({ code: 0, err: '' });
    for (const { key } of SETTINGS) expect(text()).toMatch(new RegExp(`^# ${key}:`, 'm'));
    for (const { key } of SERVER_FIELDS) expect(text()).toMatch(new RegExp(`^# .*\\b${key}: `, 'm'));
    expect(readConfig(text(), path(), home)).toEqual({ given: {}, servers: {}, problems: [] });
    expect(statSync(path()).mode & 0o077).toBe(0);
  });

  it('is right when everything in it is taken into use', () => {
    const whole = initText()
      .replace(/^# (\w+:)/gm, '$1')
      .replace(/^#( {3}production:)/gm, '$1')
      .replace(/^#( {5})(?:# )?(\w+:)/gm, '$1$2')
      .replace(/^( +)(http_config_file|user|password_file|header_files):.*\n/gm, '');
    const read = readConfig(whole, path(), home);
    expect(read.problems).toEqual([]);
    expect(read.servers.production?.options).toMatchObject({
      tokenFile: join(home, '.secrets/token'),
      caFile: join(home, '.config/prom-tutor/ca.pem'),
      header: ['X-Team: a'],
      timeout: 30_000,
    });
  });

  it('does not take the place of another', async () => {
    written('theme: dark\n');
    expect(await run('config init')).toMatchObject({ code: 2, err: expect.stringContaining('already there') });
    expect(text()).toBe('theme: dark\n');
  });
});

describe('what is in force', () => {
  it.each<[string, string, readonly string[], Record<string, string>, Record<string, unknown>]>([
    ['nothing', '', [], {}, { server: [null, 'default'], theme: ['auto', 'default'], refresh: [5_000, 'default'] }],
    ['the file', 'theme: dark\nrange: 6h\n', [], {}, { theme: ['dark', 'file'], range: [21_600_000, 'file'] }],
    [
      'the environment over the file',
      'server: a.example.com\naccessible: true\n',
      [],
      { PROMETHEUS_URL: 'b:9090', ACCESSIBLE: '0' },
      { server: ['b:9090', 'environment PROMETHEUS_URL'], accessible: [false, 'environment ACCESSIBLE'] },
    ],
    [
      'options over all',
      'time_zone: Asia/Tokyo\nascii: false\n',
      ['--tz', 'UTC', '--ascii', '--accessible'],
      { ACCESSIBLE: '0' },
      { time_zone: ['UTC', 'option'], ascii: [true, 'option'], accessible: [true, 'option'] },
    ],
  ])('comes from %s', async (_, content, options, env, expected) => {
    if (content !== '') written(content);
    const { code, out } = await run(['config', '--json', ...options], { env });
    const { settings } = JSON.parse(out);
    expect(code).toBe(0);
    for (const [key, [value, from]] of Object.entries(expected as Record<string, [unknown, string]>)) {
      expect(settings[key], key).toEqual({ value, from });
    }
  });

  it.each<[string, Record<string, string>, readonly string[]]>([
    ['--config', {}, ['--config', 'mine.yaml']],
    ['PROM_TUTOR_CONFIG', { PROM_TUTOR_CONFIG: 'mine.yaml' }, []],
    ['XDG_CONFIG_HOME', { XDG_CONFIG_HOME: '' }, []],
  ])('is read from the file of %s', async (_, env, options) => {
    writeFileSync(join(home, 'mine.yaml'), 'theme: light\n');
    const xdg = join(home, 'xdg');
    mkdirSync(join(xdg, 'prom-tutor'), { recursive: true });
    writeFileSync(join(xdg, 'prom-tutor', 'config.yaml'), 'theme: light\n');
    const environment = 'XDG_CONFIG_HOME' in env ? { XDG_CONFIG_HOME: xdg } : env;
    expect((await run(['config', 'get', 'theme', ...options], { env: environment })).out).toBe('light\n');
  });

  it('is shown with where it comes from', async () => {
    written('theme: dark\nservers:\n  prod:\n    url: https://p.example.org\n    token_file: t\n    org_id: team-a\n');
    const { out } = await run('config');
    expect(out).toMatch(/theme +dark +file/);
    expect(out).toMatch(/range +1h +default/);
    expect(out).toMatch(/prod +https:\/\/p\.example\.org +token of .*,\s+tenant\s+team-a/s);
  });
});

describe('a file that cannot be used', () => {
  const BROKEN = [
    'themee: dark',
    'refresh: 5ms',
    'servers:',
    '  prod: {url: "https://me:hunter2@p.example.org", passwrd: hunter3}',
    '  test:',
    '    password: hunter4',
    '    headers: {Authorization: Bearer hunter5}',
    '  a b: ftp://x',
    'server: prdo',
  ].join('\n');
  const PLACES = ['1:1', '2:10', '4:10', '4:51', '5:3', '6:5', '7:15', '8:3', '8:8', '9:9'];

  it('is told with all its mistakes, each at its place, by what would use it', async () => {
    written(BROKEN);
    for (const line of ['query up', 'lesson 1 --print', 'status', 'config get theme', 'config set theme dark']) {
      const { code, out, err } = await run(line);
      expect({ code, out }, line).toEqual({ code: 2, out: '' });
      const places = [...err.matchAll(/config\.yaml:(\d+:\d+):/g)].map((match) => match[1]);
      expect(new Set(places), line).toEqual(new Set(PLACES));
      expect(err).toContain('unknown key "themee"; did you mean "theme"?\n  themee: dark\n  ^^^^^^\n');
      expect(err).toContain('did you mean "prod"?');
      expect(err).toContain('prom-tutor config edit');
      expect(err).not.toContain('hunter');
    }
    expect(text()).toBe(BROKEN);
  });

  it('keeps config, doctor and help going', async () => {
    written(BROKEN);
    expect(await run('config')).toMatchObject({ code: 1, out: expect.stringMatching(/theme +auto +default/) });
    expect(await run('config path')).toMatchObject({ code: 0, out: `${path()}\n`, err: '' });
    expect(await run('query --help')).toMatchObject({ code: 0, err: '' });
    expect(await run('--version')).toMatchObject({ code: 0, err: '' });
    const { out } = await run('config check --json');
    const { ok, problems } = JSON.parse(out);
    expect(ok).toBe(false);
    expect(problems.map(({ line, column }: { line: number; column: number }) => `${line}:${column}`)).toEqual(PLACES);
    expect(out).not.toContain('hunter');
    const free = COMMANDS.filter(({ spec }) => spec.worksWithoutConfig !== undefined).map(({ spec }) => spec.name);
    expect(free).toEqual(expect.arrayContaining(['config', 'doctor']));
  });

  it.each([
    ['theme: [\n', /:2:1: /],
    ['version: 2\nanything: 1\n', /:1:10: this file is of version 2, made by a newer prom-tutor/],
    ['version: 0.9\n', /write version: 1/],
    ['- a\n', /the file must be a mapping/],
    ['theme: dark\ntheme: light\n', /:2:1: Map keys must be unique/],
    ['history: maybe\n', /"maybe" is neither true nor false/],
    ['servers:\n  a: {url: h, user: me}\n', /user and password_file belong together/],
    ['servers:\n  a: {url: h, user: me, password_file: p, token_file: t}\n', /token_file and user exclude each other/],
    ['servers:\n  a: {url: h, cert_file: c}\n', /cert_file and key_file belong together/],
    ['servers:\n  a: {url: h, headers: {Connection: x}}\n', /"Connection" is no header that can be set/],
    ['servers:\n  a: {url: h, timeout: soon}\n', /"soon" is not a duration/],
  ])('%j', async (content, said) => {
    written(content);
    const { code, err } = await run('config check');
    expect(code).toBe(1);
    expect(err).toMatch(said);
  });

  it('is told in accessible words', async () => {
    written('themee: dark\n');
    const { err } = await run('query up --accessible');
    expect(err).toContain('Line 1: themee: dark');
    expect(err).not.toContain('^');
  });

  it('named by an option must be there', async () => {
    const { code, err } = await run('query up --config none.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/--config .*none\.yaml: there is no such file\nhint: To write one: prom-tutor config init/);
  });
});

describe('changes', () => {
  const FILE = '# mine\ntheme: dark # why\n\n# refresh: 5s\nservers:\n  # first\n  a: http://a:9090 # here\n';

  it.each<[string, string]>([
    ['config set theme light', FILE.replace('theme: dark', 'theme: light')],
    ['config set refresh 1m', FILE.replace('# refresh: 5s', 'refresh: 1m')],
    ['config unset theme', FILE.replace('theme: dark', '# theme: dark')],
    ['config set range 6h', `${FILE}range: 6h\n`],
    ['config set servers.b.url https://b', `${FILE}  b:\n    url: https://b\n`],
    ['config set servers.a http://c', FILE.replace('a:9090', 'c')],
    ['config unset servers.a', '# mine\ntheme: dark # why\n\n# refresh: 5s\n'],
    ['config unset range', FILE],
  ])('%s', async (line, expected) => {
    written(FILE);
    expect(await run(line)).toMatchObject({ code: 0, err: '' });
    expect(text()).toBe(expected);
  });

  it('makes of a short server a long one', async () => {
    written(FILE);
    await run('config set servers.a.token_file ~/token');
    expect(text()).toContain('# mine\ntheme: dark # why\n\n# refresh: 5s\nservers:\n  # first\n');
    const { servers } = JSON.parse((await run('config --json')).out);
    expect(servers.a).toEqual({ url: 'http://a:9090', tokenFile: join(home, 'token') });
  });

  it('sets and unsets what it wrote itself, back to the first letter', async () => {
    await run('config init');
    const fresh = text();
    for (const { key, ...row } of SETTINGS) {
      const value = row.default === '' ? 'localhost:9090' : row.default;
      expect(await run(['config', 'set', key, value]), key).toMatchObject({ code: 0 });
      expect(text()).toMatch(new RegExp(`^${key}: ${value}$`, 'm'));
      expect(await run(['config', 'unset', key])).toMatchObject({ code: 0 });
    }
    expect(text().replace('# server: localhost:9090', '# server:')).toBe(fresh);
  });

  it('writes a whole explained file when there is none', async () => {
    expect(await run('config set theme dark')).toMatchObject({ code: 0 });
    expect(text()).toBe(initText().replace('# theme: auto', 'theme: dark'));
  });

  it.each([
    ['config set them dark', 'Did you mean "theme"?'],
    ['config set theme drak', 'did you mean dark?'],
    ['config set refresh 5ms', 'a second or more'],
    ['config set server nowhere', '"nowhere" is no server of this file'],
    ['config set servers.a.password x', 'a secret does not belong in this file'],
    ['config set servers.a.colour x', 'unknown key "colour"'],
    ['config set servers..url x', 'is no key'],
    ['config set version 3', 'there is no setting "version"'],
    ['config set theme', 'takes a key and a value'],
    ['config get servers.z.url', 'servers.z.url is not set'],
    ['config shwo', 'Did you mean: prom-tutor config show'],
    ['config edit', 'an editor needs a terminal'],
  ])('%s is refused', async (line, said) => {
    written(FILE);
    const { code, err } = await run(line);
    expect(code).toBe(2);
    expect(err).toContain(said);
    expect(text()).toBe(FILE);
  });

  it('says when the environment is stronger', async () => {
    const { out } = await run('config set server localhost:1', { env: { PROM_TUTOR_URL: 'x' } });
    expect(out.replaceAll('\n', ' ')).toContain('the variable PROM_TUTOR_URL wins over it');
  });
});

it('names the file in the commands that mend it where an option named it', async () => {
  const mine = join(home, 'my settings.yaml');
  writeFileSync(mine, 'theme: drak\n');
  const { code, err } = await run(['query', 'up', '--config', mine]);
  expect(code).toBe(2);
  expect(err).toContain(`prom-tutor config edit --config '${mine}'`);
});

describe('edit', () => {
  /** An editor that writes this line into the file it is given. */
  function editor(line: string): string {
    const file = join(home, 'an editor');
    writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' '${line}' > "$2"\n`);
    chmodSync(file, 0o755);
    return `'${file}' --wait`;
  }

  it.each([
    ['theme: dark', 0, 'is in order'],
    ['theme: drak', 1, 'did you mean dark? There are auto'],
    ['theme: drak', 1, 'go on with the defaults, and other commands refuse.'],
  ])('opens the file, then looks at it: %s', async (line, code, said) => {
    const result = await run('config edit', { tty: true, env: { VISUAL: editor(line), PATH: '/usr/bin:/bin' } });
    expect(text()).toBe(`${line}\n`);
    expect(result.code).toBe(code);
    expect((result.out + result.err).replace(/\s+/g, ' ')).toContain(said);
  });

  it('says when there is no such editor', async () => {
    const { code, err } = await run('config edit', {
      tty: true,
      env: { EDITOR: 'no-such-editor', PATH: '/nonexistent' },
    });
    expect(code).toBe(1);
    expect(err).toContain('no-such-editor: there is no such program');
    expect(existsSync(path())).toBe(true);
  });
});

describe('check', () => {
  it('looks at the files that servers name, and at the named queries', async () => {
    writeFileSync(join(home, 'open'), 'x', { mode: 0o644 });
    writeFileSync(join(home, 'closed'), 'x', { mode: 0o600 });
    writeFileSync(join(home, 'http.yaml'), 'basic_aut: {}\n');
    written(
      [
        'servers:',
        '  a: {url: h, token_file: ~/open}',
        '  b: {url: h, token_file: ~/closed}',
        '  c: {url: h, header_files: {X-Key: ~/none}}',
        '  d: {url: h, http_config_file: ~/http.yaml}',
      ].join('\n'),
    );
    writeFileSync(join(home, '.config', 'prom-tutor', 'queries.yaml'), 'query:\n');
    const { code, out } = await run('config check --json');
    const { problems } = JSON.parse(out) as { problems: readonly { level: string; message: string }[] };
    expect(code).toBe(1);
    expect(problems.map(({ level, message }) => `${level} ${message.replaceAll(home, '~')}`)).toEqual([
      'warning servers.a: ~/open: others on this machine may read it; chmod 600 ~/open',
      'wrong servers.c: ~/none: there is no such file',
      expect.stringMatching(/^wrong ~\/http\.yaml:1: unknown key "basic_aut"/),
      expect.stringMatching(/^wrong ~\/\.config\/prom-tutor\/queries\.yaml:1:1: unknown key "query"/),
    ]);
  });
});
