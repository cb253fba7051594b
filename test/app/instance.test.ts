import { describe, expect, it } from 'vitest';
import { startInstance } from '../../src/app/instance.ts';
import { metric, testWorld, until } from './helpers.ts';

const TOKEN = 'secret';

async function withInstance(
  run: (instance: Awaited<ReturnType<typeof startInstance>>, world: ReturnType<typeof testWorld>) => Promise<void>,
): Promise<void> {
  const world = testWorld();
  const instance = await startInstance({ instance: 'sse-app:8000', port: 0, token: TOKEN }, world);
  try {
    await run(instance, world);
  } finally {
    await instance.close();
  }
}

type Instance = Parameters<Parameters<typeof withInstance>[0]>[0];

async function tell(instance: Instance, body: object): Promise<Record<string, unknown>[]> {
  const response = await fetch(`${instance.url}/admin/faults`, {
    method: 'POST',
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { faults: Record<string, unknown>[] }).faults;
}

const status = async (instance: Instance, path: string): Promise<number | string> =>
  fetch(`${instance.url}${path}`).then(
    async (response) => {
      await response.text();
      return response.status;
    },
    (error: Error) => String((error.cause as { code?: string } | undefined)?.code),
  );

async function askOnce(instance: Instance): Promise<void> {
  const response = await fetch(`${instance.url}/stream`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ provider: 'openai', prompt: 'hello' }),
  });
  await response.text();
}

const requests = (instance: Instance) =>
  Promise.all(
    ['success', 'error'].map((outcome) =>
      metric(instance, 'sse_requests_total', { provider: 'openai', status: outcome }),
    ),
  ).then(([success = 0, error = 0]) => success + error);

describe('an instance', () => {
  it('stops for real and comes back on its port with counters at zero and a new start time', async () => {
    await withInstance(async (instance) => {
      await askOnce(instance);
      expect(await requests(instance)).toBe(1);
      const started = await metric(instance, 'process_start_time_seconds');
      await instance.stop();
      await instance.stop();
      expect(instance.isUp).toBe(false);
      await until(
        () => status(instance, '/metrics'),
        (answer) => answer === 'ECONNREFUSED',
      );
      await instance.start();
      await instance.start();
      expect([instance.isUp, await requests(instance)]).toEqual([true, 0]);
      expect(await metric(instance, 'process_start_time_seconds')).toBeGreaterThan(started);
      expect(await metric(instance, 'process_cpu_seconds_total')).toBe(0);
    });
  });

  it('rests for as long as it is told, and keeps its other faults', async () => {
    await withInstance(async (instance, world) => {
      await tell(instance, { fault: 'scrape-path' });
      await tell(instance, { fault: 'instance-stopped', seconds: 1 });
      await until(
        () => status(instance, '/healthz'),
        (answer) => answer === 'ECONNREFUSED',
      );
      await until(
        () => status(instance, '/healthz'),
        (answer) => answer === 200,
      );
      expect(await status(instance, '/metrics')).toBe(404);
      expect(world.lines).toEqual(
        expect.arrayContaining([
          'fault set: instance-stopped for 1 s',
          'stopped',
          'started again, the counters begin at 0',
        ]),
      );
    });
  });

  it('does not come back when it is closed meanwhile', async () => {
    const world = testWorld();
    const instance = await startInstance({ instance: 'sse-app:8000', port: 0, token: TOKEN }, world);
    await tell(instance, { fault: 'instance-stopped', seconds: 1 });
    await instance.close();
    await instance.start();
    expect([instance.isUp, await status(instance, '/healthz')]).toEqual([false, 'ECONNREFUSED']);
  });

  it('answers 404 at /metrics while the scrape path is broken, and serves on', async () => {
    await withInstance(async (instance) => {
      expect(await tell(instance, { fault: 'scrape-path' })).toMatchObject([{ fault: 'scrape-path' }]);
      expect(await status(instance, '/metrics')).toBe(404);
      expect(await status(instance, '/healthz')).toBe(200);
      await askOnce(instance);
      await tell(instance, { fault: 'clear' });
      expect(await requests(instance)).toBe(1);
    });
  });

  it('wakes the idle provider with requests of its own, until it is told to stop', async () => {
    await withInstance(async (instance) => {
      const asked = () => metric(instance, 'sse_requests_total', { provider: 'mistral', status: 'success' });
      expect(await asked()).toBe(0);
      await tell(instance, { fault: 'provider-waking' });
      await until(asked, (count) => count >= 1);
      await tell(instance, { fault: 'clear' });
      const open = () => metric(instance, 'sse_active_connections', { provider: 'mistral' });
      await until(open, (count) => count === 0);
    });
  });

  it('lets a fault end by itself', async () => {
    await withInstance(async (instance) => {
      await tell(instance, { fault: 'scrape-path', seconds: 1 });
      expect(await status(instance, '/metrics')).toBe(404);
      await until(
        () => status(instance, '/metrics'),
        (answer) => answer === 200,
      );
    });
  });
});
