import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { isRunning } from '../../src/backends/processes.ts';
import { backendWorld } from '../../src/cli/backend-world.ts';
import { fakeIo } from '../helpers/fake-io.ts';
import { newLearner } from '../helpers/learner.ts';
import { realSuite } from '../helpers/prometheus.ts';
import { ended, ownPorts, runApart, startApart } from '../helpers/stack.ts';
import { controlsOf, SEEN, serviceFaultsOf, ups } from './faults-of.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

realSuite('faults of a stack of processes', ['prometheus', 'promtool'], () => {
  const me = newLearner();
  beforeAll(async () => {
    const { code, err } = runApart(me, 'start', '--backend', 'binary', ...(await ownPorts()), '--wait');
    expect(`${code}\n${err}`).toMatch(/^0\n/);
  });
  afterAll(async () => {
    await me.run(['stop']);
  });

  controlsOf(me, /connection refused/);
  serviceFaultsOf(me);

  it('are ended also when the tool was killed in the middle of one', async () => {
    const world = backendWorld(fakeIo({ env: me.env, platform: process.platform }));
    const [app] = me.state().processes.filter(({ name }) => name === 'sse-app');
    if (app === undefined) throw new Error('sse-app has no process');
    const child = startApart(me, 'fault', 'instance-restarted', '--instance', 'sse-app');
    await expect.poll(() => isRunning(world, app), { timeout: 20_000, interval: 5 }).toBe(false);
    child.kill('SIGKILL');
    await ended(child);
    expect(runApart(me, 'fault', 'clear').code).toBe(0);
    await expect.poll(() => ups(me), SEEN).toEqual({ 'sse-app:8000': 1, 'sse-app-2:8000': 1 });
    const running = await Promise.all(me.state().processes.map((record) => isRunning(world, record)));
    expect(running).toEqual([true, true, true, true]);
  });
});
