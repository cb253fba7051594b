import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { main } from '../../src/cli/main.ts';
import type { Report } from '../../src/doctor/finding.ts';
import type { Fixed } from '../../src/doctor/fix-all.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { bareLearner } from '../helpers/learner.ts';
import { ownPorts } from '../helpers/stack.ts';

/** A command that is printed and run without ports takes free ones here: the usual ones may be somebody's. */
vi.mock('../../src/backends/stack-ports.ts', async (original) => {
  const real = await original<typeof import('../../src/backends/stack-ports.ts')>();
  const stackPorts: typeof real.stackPorts = async (system, asked, published) => {
    const [, port, , appPort] = await ownPorts();
    return real.stackPorts(system, { port: Number(port), appPort: Number(appPort), ...asked }, published);
  };
  return { ...real, stackPorts };
});

type Mended = Report & { readonly fixed: readonly Fixed[] };

describe.skipIf(process.platform === 'win32')('doctor --fix', () => {
  const me = bareLearner();
  const stateFile = join(me.stateDir, 'stack.json');

  beforeAll(async () => {
    const { code, err } = await me.run(['start', ...(await ownPorts())]);
    expect(`${code}\n${err}`).toMatch(/^0\n/);
  }, 30_000);
  afterAll(() => me.run(['stop']));

  const fixed = async (...argv: readonly string[]) => {
    const { code, out } = await me.run(['doctor', '--fix', '--json', ...argv]);
    return { code, report: JSON.parse(out) as Mended };
  };
  const short = ({ fixed: all }: Mended) => all.map(({ command, result }) => `${result}: ${command}`);

  it('has nothing to do where nothing is wrong', async () => {
    const { code, report } = await fixed();
    expect({ code, fixed: report.fixed }).toEqual({ code: 0, fixed: [] });
  });

  it('wakes what is suspended, clears what was broken on purpose, and examines again', {
    timeout: 60_000,
  }, async () => {
    expect((await me.run(['fault', 'instance-stopped'])).code).toBe(0);
    process.kill(me.state().processes[0]?.pid ?? 0, 'SIGSTOP');
    const { code, report } = await fixed();
    expect(short(report)).toEqual([`done: kill -CONT ${me.state().processes[0]?.pid}`, 'done: prom-tutor fault clear']);
    expect({ code, status: report.summary.status }).toEqual({ code: 0, status: 'ok' });
  });

  it('does as printed: a command in the list is the one beside its finding', async () => {
    process.kill(me.state().processes[0]?.pid ?? 0, 'SIGKILL');
    const { out } = await me.run(['doctor', '--json']);
    const { findings } = JSON.parse(out) as Report;
    const printed = findings.find(({ id }) => id === 'processes')?.fix;
    const { report } = await fixed();
    expect(short(report)).toEqual([`done: ${printed}`]);
    expect(report.summary.status).toBe('ok');
  });

  it('leaves what loses something to the person, unless told', { timeout: 60_000 }, async () => {
    writeFileSync(stateFile, JSON.stringify({ ...me.state(), toolVersion: '0.0.1' }));
    const { id } = me.state();
    const { report } = await fixed();
    expect(short(report)).toEqual(['left: prom-tutor stop && prom-tutor start']);
    expect(me.state().id).toBe(id);
    const asked = await me.run(['doctor', '--fix', '--color', 'never'], { tty: true, input: '\n' });
    expect(asked.out).toContain('y runs it, Enter leaves it> ');
    expect(asked.out).toMatch(/left +prom-tutor stop && prom-tutor start/);
    expect(me.state().id).toBe(id);
    const agreed = await fixed('--yes');
    expect(short(agreed.report)).toEqual(['done: prom-tutor stop && prom-tutor start']);
    expect(me.state().id).not.toBe(id);
  });

  it('takes a server out of the settings when told, and examines what is in force then', async () => {
    await me.run(['config', 'set', 'server', 'http://127.0.0.1:9']);
    const unasked = await fixed();
    expect(unasked.report.findings.find(({ id }) => id === 'server-url')?.kind).toBe('url-overrides-stack');
    expect(short(unasked.report)).toEqual(['left: prom-tutor config unset server']);
    expect((await me.run(['config', 'get', 'server'])).out).toBe('http://127.0.0.1:9\n');
    const { code, report } = await fixed('--yes');
    expect({ code, did: short(report) }).toEqual({ code: 0, did: ['done: prom-tutor config unset server'] });
    expect(report.findings.find(({ id }) => id === 'server-url')?.status).toBe('skip');
    expect((await me.run(['config', 'get', 'server'])).out).not.toContain('127.0.0.1:9');
  });

  it.each([
    ['localhost:PORT', 'server', undefined],
    ['http://localhost:PORT/wrong/prefix', 'server', undefined],
    ['http://localhost:PORT/wrong/prefix', 'servers.mine.url', 'config.yaml'],
  ])('corrects %s, as %s of the settings (%s)', async (wrong, key, elsewhere) => {
    const { port } = new URL(me.state().urls.prometheus);
    const visitor = bareLearner();
    const file = elsewhere === undefined ? [] : ['--config', join(visitor.env.HOME, elsewhere)];
    if (elsewhere !== undefined) writeFileSync(join(visitor.env.HOME, elsewhere), '');
    const settings = (...words: readonly string[]) => visitor.run(['config', ...words, ...file]);
    await settings('set', key, wrong.replace('PORT', port));
    if (key !== 'server') await settings('set', 'server', 'mine');
    const { out } = await visitor.run(['doctor', '--fix', '--yes', '--json', ...file]);
    const report = JSON.parse(out) as Mended;
    const typed = ['prom-tutor config set', key, `http://localhost:${port}`, ...file].join(' ');
    expect(short(report)).toEqual([`done: ${typed}`]);
    expect(report.findings.find(({ id }) => id === 'prometheus')?.sentence).toContain(`http://localhost:${port}.`);
    expect(report.findings.filter(({ status }) => status === 'fail')).toEqual([]);
    expect((await settings('get', key)).out).toBe(`http://localhost:${port}\n`);
  });

  it('keeps a damaged state file aside', { timeout: 60_000 }, async () => {
    writeFileSync(stateFile, 'garbage');
    const { code, report } = await fixed();
    expect({ code, did: short(report) }).toEqual({ code: 0, did: ['done: prom-tutor start'] });
    expect(readFileSync(`${stateFile}.damaged`, 'utf8')).toBe('garbage');
    expect(me.state().phase).toBe('running');
  });

  it('writes a page for a bug report that names nobody', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-report-'));
    const env = {
      ...me.env,
      USER: 'grace',
      PROMETHEUS_URL: 'https://ada:sw0rdfish@prom.corp.example/x?key=abc',
      HTTPS_PROXY: 'http://hugo:pw12@cache.corp.example:3128',
    };
    for (const name of ['prom-tutor-report.md', 'prom-tutor-report-2.md']) {
      const io = fakeIo({ env, homeDir: me.env.HOME, platform: process.platform, cwd: folder });
      await main(['doctor', '--report'], io);
      expect(io.errText()).toContain(name);
      const text = readFileSync(join(folder, name), 'utf8');
      for (const word of [
        'grace',
        'ada',
        'sw0rdfish',
        'corp.example',
        'hugo',
        'pw12',
        'key=abc',
        me.env.HOME,
        me.state().token,
      ]) {
        expect({ word, found: text.includes(word) }).toEqual({ word, found: false });
      }
      const { username } = userInfo();
      if (username !== 'root') expect(text).not.toContain(username);
      expect(text).not.toContain(hostname());
      expect(text).toMatch(/prom-tutor: \d+\.\d+\.\d+\nNode\.js: \d+[\s\S]*stack: embedded/);
      expect(text).toMatch(/variables set: .*PROMETHEUS_URL/);
      expect(text).toContain('warn server-url');
    }
    expect(readdirSync(folder)).toHaveLength(2);
    const printed = await me.run(['doctor', '--report=-']);
    expect(printed.out).toMatch(/^# What prom-tutor doctor found\n/);
  });

  it.each([
    [['--yes'], 2, '--yes goes with --fix'],
    [['--report', '/nonexistent/folder/x.md'], 1, 'the report cannot be written'],
  ])('%j is refused in words', async (argv, code, words) => {
    const ran = await me.run(['doctor', ...argv]);
    expect(ran.code).toBe(code);
    expect(ran.err).toContain(words);
    expect(existsSync('/nonexistent')).toBe(false);
  });
});

describe.skipIf(process.platform === 'win32')('doctor --fix without a stack', () => {
  it('offers to start one, and starts none unasked', async () => {
    const me = bareLearner();
    const { out } = await me.run(['doctor', '--fix', '--json']);
    const { fixed } = JSON.parse(out) as Mended;
    expect(fixed.filter(({ command }) => command === 'prom-tutor start')).toMatchObject([
      { result: 'left', why: 'it has to be agreed to: --yes' },
    ]);
    expect(existsSync(join(me.stateDir, 'stack.json'))).toBe(false);
  });
});
