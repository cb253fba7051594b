import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { pageAddress } from '../../src/cli/page-address.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { type Loopback, loopback } from '../helpers/loopback.ts';
import { freePort } from '../helpers/prometheus.ts';

let folder = '';
let server: Loopback;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'prom-tutor-open-'));
  server = await loopback((_, response) => response.writeHead(200).end('Prometheus Server is Ready.\n'));
});
afterEach(async () => {
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A program of that name that writes down what it was given, and ends with that code. */
function opener(name: string, code = 0): void {
  const file = join(folder, name);
  writeFileSync(
    file,
    `#!/bin/sh\nfor word in "$@"; do printf '%s\\n' "$word"; done > "${folder}/asked"\nexit ${code}\n`,
  );
  chmodSync(file, 0o755);
}

const asked = () => (existsSync(join(folder, 'asked')) ? readFileSync(join(folder, 'asked'), 'utf8') : undefined);

async function open(
  argv: readonly string[],
  env: Readonly<Record<string, string>> = { DISPLAY: ':0' },
  options: Parameters<typeof fakeIo>[0] = {},
) {
  const io = fakeIo({
    tty: true,
    columns: 100,
    homeDir: folder,
    cwd: folder,
    env: { PATH: folder, ...env },
    ...options,
  });
  return { code: await main(['open', ...argv], io), out: io.outText(), err: io.errText() };
}

describe('the address of a query', () => {
  it.each<[string, string, boolean, string]>([
    ['http://localhost:9090', '', false, 'http://localhost:9090/'],
    ['http://localhost:9090', 'up', false, 'http://localhost:9090/graph?g0.expr=up&g0.tab=1'],
    ['https://a.b/prom', 'up', true, 'https://a.b/prom/graph?g0.expr=up&g0.tab=0&g0.range_input=1h'],
    [
      'http://localhost:9090',
      'rate(a{b="c&d;$(rm -rf ~)`x`"}[5m]) # \'"\n',
      false,
      'http://localhost:9090/graph?g0.expr=rate%28a%7Bb%3D%22c%26d%3B%24%28rm+-rf+%7E%29%60x%60%22%7D%5B5m%5D%29+%23+%27%22%0A&g0.tab=1',
    ],
  ])('at %s for %s', (base, query, graph, address) => {
    expect(pageAddress(base, query, graph)).toBe(address);
    expect(new URL(address).searchParams.get('g0.expr') ?? '').toBe(query);
  });
});

describe('open', () => {
  it.each<[NodeJS.Platform, string, string]>([
    ['linux', 'xdg-open', ''],
    ['darwin', 'open', ''],
    ['win32', 'rundll32', 'url.dll,FileProtocolHandler\n'],
  ])('gives the address to what opens it on %s', async (platform, program, before) => {
    opener(program);
    const { code, out, err } = await open(['up{a="$(x)"}', '-s', server.url], { DISPLAY: ':0' }, { platform });
    const address = `${server.url}/graph?g0.expr=up%7Ba%3D%22%24%28x%29%22%7D&g0.tab=1`;
    expect(asked()).toBe(`${before}${address}\n`);
    expect({ code, out }).toEqual({ code: 0, out: '' });
    expect(err).toContain(`Opened in the browser: ${address}`);
  });

  it.each<[string, Record<string, string>, Parameters<typeof fakeIo>[0], string]>([
    ['no display', {}, {}, 'there is no display'],
    ['another machine', { DISPLAY: ':0', SSH_CONNECTION: '1 2 3 4' }, {}, 'on another machine'],
    ['a pipe', { DISPLAY: ':0' }, { tty: false }, 'this is no terminal'],
    ['no opener', { DISPLAY: ':0', PATH: '/nonexistent' }, {}, 'there is no xdg-open'],
  ])('prints the address where there is %s', async (_, env, options, why) => {
    opener('xdg-open');
    const { code, out, err } = await open(['up', '-s', server.url], env, options);
    expect({ code, out }).toEqual({ code: 0, out: `${server.url}/graph?g0.expr=up&g0.tab=1\n` });
    expect(err).toContain(why);
    expect(asked()).toBeUndefined();
  });

  it.each<[string, string, Record<string, string>, string]>([
    ['$BROWSER', 'firefox', { BROWSER: 'firefox' }, ''],
    ['$BROWSER with words', 'firefox', { BROWSER: 'firefox --new-tab %s:chromium' }, '--new-tab\n'],
    ['$BROWSER of an editor on another machine', 'helper', { BROWSER: 'helper', SSH_CONNECTION: '1 2 3 4' }, ''],
    ['Windows around Linux', 'rundll32.exe', { WSL_DISTRO_NAME: 'Ubuntu' }, 'url.dll,FileProtocolHandler\n'],
  ])('opens with %s', async (_, program, env, before) => {
    opener(program);
    const { code, err } = await open(['up', '-s', server.url], env);
    expect(asked()).toBe(`${before}${server.url}/graph?g0.expr=up&g0.tab=1\n`);
    expect(code).toBe(0);
    expect(err).toContain('Opened in the browser');
  });

  it('knows servers and queries by their names', async () => {
    writeFileSync(join(folder, 'config.yaml'), 'servers:\n  prod: https://p.example.org/prom\n');
    const { out } = await open(['@cookbook/request-rate', '--print', '-s', 'prod', '--config', 'config.yaml']);
    expect(out).toBe(
      'https://p.example.org/prom/graph?g0.expr=sum%28rate%28sse_requests_total%5B5m%5D%29%29&g0.tab=1\n',
    );
  });

  it('prints the address where the opener fails', async () => {
    opener('xdg-open', 3);
    const { code, out, err } = await open(['-s', server.url]);
    expect({ code, out }).toEqual({ code: 0, out: `${server.url}/\n` });
    expect(err).toContain('xdg-open could not open a browser');
  });

  it('only prints with --print, without asking the server', async () => {
    const port = await freePort();
    const { code, out, err } = await open(['up', '--graph', '--print', '-s', `localhost:${port}`]);
    const address = `http://localhost:${port}/graph?g0.expr=up&g0.tab=0&g0.range_input=1h`;
    expect({ code, out, err }).toEqual({ code: 0, out: `${address}\n`, err: '' });
  });

  it('tells programs what it did', async () => {
    const { out } = await open(['--json', '-s', server.url], {});
    expect(JSON.parse(out)).toEqual({ url: `${server.url}/`, opened: false });
  });

  it('shows no credentials', async () => {
    const { out, err } = await open(['--print', '-s', 'http://me:secret@localhost:1']);
    expect(out).toBe('http://localhost:1/\n');
    expect(err).not.toContain('secret');
  });

  it('says how to start what does not run', async () => {
    opener('xdg-open');
    const { code, err } = await open(['-s', `http://localhost:${await freePort()}`]);
    expect(code).toBe(3);
    expect(err).toContain('error:');
    expect(asked()).toBeUndefined();
  });

  it.each([
    [['--graph'], '--graph needs a query'],
    [['sum', 'up'], 'the shell has split it'],
    [['-s', 'file:///etc/passwd'], 'is not the address of a server'],
    [['-s', 'javascript://x/%0aalert(1)'], 'is not an http'],
  ])('refuses %s', async (argv, said) => {
    opener('xdg-open');
    const { code, err } = await open(argv);
    expect(code).toBeGreaterThan(1);
    expect(err).toContain(said);
    expect(asked()).toBeUndefined();
  });
});
