import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type EmbeddedStack, startEmbeddedStack } from '../../src/backends/embedded-stack.ts';
import { faultControl } from '../../src/backends/fault-control.ts';
import type { StackState } from '../../src/backends/state.ts';
import { writeStack } from '../../src/backends/state-file.ts';
import type { World } from '../../src/backends/world.ts';
import { backendWorld } from '../../src/cli/backend-world.ts';
import type { FaultControl, FaultId } from '../../src/model/fault.ts';
import { SCRAPE_INTERVAL_MS } from '../../src/model/scenario.ts';
import { testWorld, until } from '../app/helpers.ts';
import { fakeIo } from '../helpers/fake-io.ts';

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

/** The whole stack in this process, scraped often, with a state file that tells of it. */
let stack: EmbeddedStack;
let world: World;
let faults: FaultControl;
const stateHome = mkdtempSync(join(tmpdir(), 'prom-tutor-faults-'));

beforeAll(async () => {
  const t0Ms = Math.floor(Date.now() / SCRAPE_INTERVAL_MS) * SCRAPE_INTERVAL_MS;
  const scenario = { t0Ms, seed: 1, historyMs: 3 * 3_600_000 };
  stack = await startEmbeddedStack(
    {
      scenario,
      continuing: ['sse-app:8000', 'sse-app-2:8000'],
      host: '127.0.0.1',
      ports: { prometheus: 0, apps: [0, 0] },
      token: 'secret',
      scrapeIntervalMs: 250,
    },
    { ...testWorld(), logOf: () => undefined },
  );
  world = backendWorld(fakeIo({ env: { XDG_STATE_HOME: stateHome, HOME: stateHome }, homeDir: stateHome }));
  const state: StackState = {
    version: 1,
    toolVersion: '0',
    backend: 'embedded',
    id: 'a1b2c3d4a1b2c3d4',
    phase: 'running',
    startedMs: t0Ms,
    urls: { prometheus: stack.prometheusUrl, apps: stack.appUrls },
    scenario,
    token: 'secret',
    processes: [],
    dir: stateHome,
  };
  await writeStack(world.stateDir, state);
  faults = faultControl(world);
});

afterEach(() => faults.clear());
afterAll(async () => {
  await stack.close();
  rmSync(stateHome, { recursive: true, force: true });
});

async function value(query: string): Promise<number | undefined> {
  const { data } = await stack.source.instant(query);
  const found = data.kind === 'vector' ? data.samples[0]?.value : undefined;
  return typeof found === 'number' ? found : undefined;
}

const seen = (query: string, holds: (found: number | undefined) => boolean) => until(() => value(query), holds);

async function onNow(): Promise<Partial<Record<FaultId, readonly string[]>>> {
  const list = await faults.list();
  return Object.fromEntries(
    list.flatMap(({ name, on }) => (on.length === 0 ? [] : [[name, on.map(({ where }) => where)]])),
  );
}

const UP_2 = 'up{instance="sse-app-2:8000"}';
const UPS = 'sum(up{job="sse-streaming"})';

describe('faults of a running stack', () => {
  it('stop an instance with a real connection error, and bring it back with counters at zero', async () => {
    expect(await faults.apply('instance-stopped')).toMatchObject({ changed: true, look: UP_2 });
    await seen(UP_2, (up) => up === 0);
    const target = (await stack.source.targets()).find(({ labels }) => labels.instance === 'sse-app-2:8000');
    expect(target).toMatchObject({ health: 'down', lastError: expect.stringContaining('connection refused') });
    expect(await onNow()).toEqual({ 'instance-stopped': ['sse-app-2'] });
    expect(await faults.apply('instance-stopped')).toMatchObject({ changed: false });
    const before = (await value('sum(sse_requests_total{instance="sse-app-2:8000"} offset 5s)')) ?? 0;
    expect(await faults.clear()).toMatchObject({ changed: true, message: 'Started again: sse-app-2.' });
    await seen(UP_2, (up) => up === 1);
    const after = await seen('sum(sse_requests_total{instance="sse-app-2:8000"})', (sum) => sum !== undefined);
    expect(after).toBeLessThan(before);
    expect(await onNow()).toEqual({});
  });

  it('stop both: nobody is left, and the look is at both', async () => {
    await faults.apply('both-stopped');
    await seen(UPS, (up) => up === 0);
    expect(await onNow()).toEqual({ 'both-stopped': ['both instances'] });
    expect(await faults.clear()).toMatchObject({ message: 'Started again: sse-app and sse-app-2.' });
    await seen(UPS, (up) => up === 2);
  });

  it('restart an instance: a reset, and what was set inside it stays', async () => {
    await faults.apply('scrape-path');
    const [started] = [await value('process_start_time_seconds{instance="sse-app-2:8000"}')];
    expect(await faults.apply('instance-restarted')).toMatchObject({ changed: true });
    expect(await onNow()).toEqual({ 'scrape-path': ['sse-app-2'] });
    await faults.clear();
    await seen('process_start_time_seconds{instance="sse-app-2:8000"}', (now) => (now ?? 0) > (started ?? 0));
    await seen('sum(resets(sse_requests_total{instance="sse-app-2:8000"}[1m]))', (resets) => (resets ?? 0) > 0);
  });

  it('break the scrape path: down for Prometheus, though it serves', async () => {
    await faults.apply('scrape-path');
    await seen(UP_2, (up) => up === 0);
    const target = (await stack.source.targets()).find(({ labels }) => labels.instance === 'sse-app-2:8000');
    expect(target?.lastError).toBe('server returned HTTP status 404 Not Found');
    expect((await fetch(`${stack.appUrls[1]}/healthz`)).status).toBe(200);
    await faults.clear();
    await seen(UP_2, (up) => up === 1);
  });

  it('wake the idle provider', async () => {
    const query = 'sum(sse_requests_total{provider="mistral"})';
    const before = (await value(query)) ?? 0;
    await faults.apply('provider-waking');
    await seen(query, (count) => (count ?? 0) >= before + 2);
  });

  it.each([
    ['provider-outage --provider openai', 'sum(sse_errors_total{provider="openai",type=~"upstream_5xx|timeout"})'],
    ['rate-limits --provider openai', 'sum(sse_errors_total{provider="openai",type="rate_limit"})'],
    [
      'slow-provider --provider openai --factor 20',
      'sum(sse_request_duration_seconds_count{provider="openai"}) - sum(sse_request_duration_seconds_bucket{provider="openai",le="2.5"})',
    ],
  ])('%s', async (words, query) => {
    const before = (await value(query)) ?? 0;
    expect(await faults.apply(words)).toMatchObject({ changed: true });
    expect(await faults.apply(words)).toMatchObject({ changed: false, message: expect.stringContaining('already') });
    await seen(query, (count) => (count ?? 0) >= before + 3);
    expect(Object.values(await onNow())).toEqual([['openai']]);
  });

  it('work two at once, and tell of whom the query has to ask', async () => {
    await faults.apply('provider-outage --provider openai');
    await faults.apply('instance-stopped --instance 1');
    expect(await onNow()).toEqual({ 'provider-outage': ['openai'], 'instance-stopped': ['sse-app'] });
    const looks = (await faults.list()).filter(({ on }) => on.length > 0).map(({ look }) => look);
    expect(looks).toEqual([
      'sum by (type) (rate(sse_errors_total{provider="openai"}[1m]))',
      'up{instance="sse-app:8000"}',
    ]);
    expect(await faults.clear()).toMatchObject({
      message: 'Ended: provider-outage of openai. Started again: sse-app.',
    });
    expect(await onNow()).toEqual({});
  });

  it('end by themselves, the stopped instance too', async () => {
    expect((await faults.apply('instance-stopped --for 1s')).message).toContain('It ends by itself in 1 s.');
    const stopped = await until(
      async () => (await faults.list()).find(({ name }) => name === 'instance-stopped')?.on[0],
      (note) => note !== undefined,
    );
    expect((stopped?.untilMs ?? 0) - (stopped?.sinceMs ?? 0)).toBe(1_000);
    await until(onNow, (on) => Object.keys(on).length === 0);
    await faults.apply('scrape-path --for 1s');
    await until(onNow, (on) => Object.keys(on).length === 0);
    expect(await faults.clear()).toMatchObject({ changed: false, message: 'No fault was on.' });
  });

  it('are refused inside an instance that is away', async () => {
    await faults.apply('instance-stopped');
    await expect(faults.apply('scrape-path')).rejects.toThrow('sse-app-2 does not answer');
    expect((await faults.apply('rate-limits')).message).toContain('sse-app-2 does not answer and is left out');
  });
});

describe('faults without a stack', () => {
  it('say what to do', async () => {
    const home = mkdtempSync(join(tmpdir(), 'prom-tutor-faults-none-'));
    const alone = faultControl(backendWorld(fakeIo({ env: { XDG_STATE_HOME: home, HOME: home }, homeDir: home })));
    for (const attempt of [() => alone.list(), () => alone.clear(), () => alone.apply('scrape-path')]) {
      await expect(attempt()).rejects.toMatchObject({
        message: 'no stack is running',
        hint: expect.stringContaining('prom-tutor start'),
      });
    }
    rmSync(home, { recursive: true, force: true });
  });
});
