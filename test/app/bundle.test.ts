import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from './helpers.ts';

const bundle = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'stack', 'app.mjs');
const built = existsSync(bundle);

/** Windows has no signals that a process could answer: there it is simply ended. */
const SIGNALS = process.platform === 'win32' ? [] : (['SIGTERM', 'SIGINT'] as const);
if (SIGNALS.length === 0) it.skip('skipped, ending by a signal: Windows has none', () => undefined);

let dir: string;
const started: ChildProcess[] = [];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'prom-tutor-bundle-'));
});
afterEach(async () => {
  for (const child of started.splice(0)) child.kill('SIGKILL');
  await rm(dir, { recursive: true, force: true });
});

/** The one file that goes into the image, run in an empty folder by plain Node, with nothing in the environment but this. */
function app(command: string, env: Record<string, string>) {
  const child = spawn(process.execPath, [bundle, command], { cwd: dir, env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  let [out, err] = ['', ''];
  child.stdout.on('data', (piece) => {
    out += piece;
  });
  child.stderr.on('data', (piece) => {
    err += piece;
  });
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
  return { child, ended, out: () => out, err: () => err };
}

async function serve(env: Record<string, string> = {}) {
  const running = app('serve', { SSE_INSTANCE: 'sse-app:8000', SSE_PORT: '0', SSE_SCENARIO_DIR: dir, ...env });
  const text = await until(running.out, (out) => out.includes('\n'), 15_000);
  const url = /^listening on (http:\/\/127\.0\.0\.1:\d+)\n/.exec(text)?.[1];
  if (url === undefined) throw new Error(`${text}${running.err()}`);
  return { ...running, url };
}

if (!built) it.skip('skipped, the bundled service: stack/app.mjs is not built (npm run build)', () => undefined);

describe.runIf(built)('the bundled service', () => {
  it('writes its past, goes on from it once, and starts at zero after that', async () => {
    const history = app('history', { SSE_OUT: dir, SSE_HISTORY: '3h' });
    expect(await history.ended).toBe(0);
    expect(history.out()).toMatch(/^history written to .*: 3 h up to .*, seed 1\n$/);
    expect((await readdir(dir)).sort()).toEqual(['history.om', 'scenario.json']);

    const requests = async (url: string) =>
      Number(
        /^sse_requests_total\{provider="openai",status="success"\} (\d+)$/m.exec(
          await (await fetch(`${url}/metrics`)).text(),
        )?.[1],
      );
    const first = await serve();
    expect(await requests(first.url)).toBeGreaterThan(10_000);
    first.child.kill('SIGTERM');
    await first.ended;
    const second = await serve();
    expect(await requests(second.url)).toBe(0);
    expect(second.out()).toContain('the counters start at 0: the written past was already continued once\n');
    expect(first.err() + second.err() + history.err()).toBe('');
  });

  it('writes what rules record over its past', async () => {
    const rules = join(dirname(bundle), 'rules.yml');
    const history = app('history', { SSE_OUT: dir, SSE_HISTORY: '3h', SSE_RULES: rules });
    expect([await history.ended, history.err()]).toEqual([0, '']);
    const text = await readFile(join(dir, 'history.om'), 'utf8');
    const names = [...text.matchAll(/^# TYPE (\S+) unknown$/gm)].map(([, name]) => name);
    expect(names).toHaveLength(10);
    expect(names).toEqual(expect.arrayContaining(['provider:sse_errors:ratio_rate5m', 'ALERTS', 'ALERTS_FOR_STATE']));
    const states = [...text.matchAll(/^ALERTS\{.*alertname="TargetDown".*alertstate="(\w+)".*\} 1 /gm)];
    expect([...new Set(states.map(([, state]) => state))].sort()).toEqual(['firing', 'pending']);
  });

  it('says everything that is wrong with rules before it writes anything', async () => {
    const rules = join(dir, 'rules.yml');
    const group = '- {record: x, expr: sum(up}\n      - {alert: A, expr: up, labels: {l: "{{ $x }}"}}';
    await writeFile(rules, `groups:\n  - name: g\n    rules:\n      ${group}\n`);
    const history = app('history', { SSE_OUT: join(dir, 'out'), SSE_RULES: rules });
    expect(await history.ended).toBe(1);
    expect(history.err()).toBe(`error: the rules in ${rules} cannot be used:
  line 4: 4:27: group "g", rule 1, "x": could not parse expression: 1:7: parse error: unclosed left parenthesis
  line 5: group "g", rule 2, "A": label "l": template: __alert_A:1: undefined variable "$x"
Mend them, and look again: promtool check rules ${rules}
`);
    expect(await readdir(dir)).toEqual(['rules.yml']);
  });

  it.each(SIGNALS)('ends at %s without waiting for open streams, and tells them so', async (signal) => {
    const service = await serve();
    const load = app('load', { SSE_TARGETS: service.url, SSE_RATE: '60' });
    await until(load.out, (out) => out.startsWith(`sending about 60 requests a second to ${service.url}\n`), 10_000);
    const active = async () =>
      [
        ...(await (await fetch(`${service.url}/metrics`)).text()).matchAll(/^sse_active_connections\{.*\} (\d+)$/gm),
      ].reduce((sum, match) => sum + Number(match[1]), 0);
    await until(active, (count) => count > 5, 10_000);
    const streams = Array.from({ length: 10 }, () =>
      fetch(`${service.url}/stream`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"provider":"anthropic","prompt":"x"}',
      }),
    );
    // The first that begins is open for a while yet; some of the others may not have been answered at all.
    await Promise.any(streams.map(async (stream) => expect((await stream).status).toBe(200)));
    service.child.kill(signal);
    const endings = await Promise.allSettled(streams.map(async (stream) => (await stream).text()));
    expect(await service.ended).toBe(0);
    expect(endings.some((end) => end.status === 'fulfilled' && end.value.includes('shutting down'))).toBe(true);

    await until(load.out, (out) => out.includes(`${service.url} does not answer`), 5_000);
    load.child.kill(signal);
    expect(await load.ended).toBe(0);
    expect(load.err()).toBe('');
  });

  it('says on stderr what is wrong with its settings and ends with 2', async () => {
    const wrong = app('serve', {});
    expect(await wrong.ended).toBe(2);
    expect(wrong.err()).toBe('error: SSE_INSTANCE must be sse-app:8000 or sse-app-2:8000\n');
    expect(wrong.out()).toBe('');
  });
});
