import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createApp, type RunningApp } from '../../src/app/app.ts';
import { type LoadOptions, startLoad } from '../../src/app/load.ts';
import { LoadReport } from '../../src/app/load-report.ts';
import { TargetHealth } from '../../src/app/load-target.ts';
import { seededRandom } from '../../src/app/random.ts';
import { metric, testWorld, until } from './helpers.ts';

/** Two real instances and users who ask them. */
async function withLoad(
  options: Partial<LoadOptions>,
  run: (apps: [RunningApp, RunningApp], lines: string[]) => Promise<void>,
): Promise<void> {
  const apps = await Promise.all([
    createApp({ instance: 'sse-app:8000', port: 0 }, testWorld()),
    createApp({ instance: 'sse-app-2:8000', port: 0 }, testWorld()),
  ]);
  const world = testWorld({ random: seededRandom('users') });
  const load = startLoad(
    { targets: apps.map(({ url }, i) => ({ url, weight: i === 0 ? 3 : 1 })), rate: 60, ...options },
    world,
  );
  try {
    await run(apps, world.lines);
  } finally {
    await load.stop();
    await Promise.all(apps.map((app) => app.close()));
  }
}

async function answered(app: RunningApp): Promise<number> {
  const counts = await Promise.all(
    ['openai', 'anthropic'].flatMap((provider) =>
      ['success', 'error'].map((status) => metric(app, 'sse_requests_total', { provider, status })),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

describe('the users', () => {
  it('ask both instances in proportion and read the streams to the end', async () => {
    await withLoad({}, async ([one, two]) => {
      await until(
        async () => (await answered(one)) + (await answered(two)),
        (count) => count >= 120,
        15_000,
      );
      const [first, second] = [await answered(one), await answered(two)];
      expect(first / (first + second)).toBeGreaterThan(0.6);
      expect(first / (first + second)).toBeLessThan(0.9);
      expect(await metric(one, 'sse_requests_total', { provider: 'mistral', status: 'success' })).toBe(0);
      expect(await metric(one, 'sse_requests_total', { provider: 'openai', status: 'success' })).toBeGreaterThan(30);
    });
  });

  it('go to the other instance when one is stopped, and come back when it is there again', async () => {
    await withLoad({}, async ([one, two], lines) => {
      await until(
        () => answered(two),
        (count) => count > 3,
      );
      await two.close();
      await until(
        () => lines,
        (all) => all.includes(`${two.url} does not answer; asking the others`),
      );
      const before = await answered(one);
      await until(
        () => answered(one),
        (count) => count > before + 30,
      );
      const again = await createApp({ instance: 'sse-app-2:8000', port: two.port }, testWorld());
      try {
        await until(
          () => lines,
          (all) => all.includes(`${two.url} answers`),
          10_000,
        );
        await until(
          () => answered(again),
          (count) => count > 3,
        );
      } finally {
        await again.close();
      }
    });
  });

  it('survive that nobody answers: they keep trying, but seldom', async () => {
    let attempts = 0;
    const deaf = createServer((socket) => {
      attempts++;
      socket.destroy();
    });
    await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(deaf.address() as AddressInfo).port}`;
    const world = testWorld();
    const load = startLoad({ targets: [{ url, weight: 1 }], rate: 100 }, world);
    try {
      await until(
        () => attempts,
        (count) => count >= 3,
      );
      expect(attempts).toBeLessThan(8);
      expect(world.lines).toEqual([`${url} does not answer; asking the others`]);
    } finally {
      await load.stop();
      deaf.close();
    }
  });

  it('break off what is under way when they are stopped', async () => {
    await withLoad({ rate: 100 }, async ([one]) => {
      await until(
        () => metric(one, 'sse_active_connections', { provider: 'openai' }),
        (count) => count > 2,
      );
    });
  });
});

describe('a target in doubt', () => {
  it('is left alone for longer and longer, and tried by one request at a time', () => {
    const lines: string[] = [];
    const target = new TargetHealth({ url: 'http://x', weight: 1 }, { log: (line) => lines.push(line) });
    const tries: number[] = [];
    for (let ms = 0; ms < 30_000; ms += 10) {
      if (!target.isUsable(ms)) continue;
      target.trying(ms);
      tries.push(ms);
      target.failed(ms);
    }
    expect(tries).toEqual([0, 500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500]);
    target.answered();
    expect(target.isUsable(30_000)).toBe(true);
    expect(lines).toEqual(['http://x does not answer; asking the others', 'http://x answers']);
  });

  it('is not asked again while an attempt is under way', () => {
    const target = new TargetHealth({ url: 'http://x', weight: 1 }, { log: () => undefined });
    target.failed(0);
    expect(target.isUsable(499)).toBe(false);
    expect(target.isUsable(500)).toBe(true);
    target.trying(500);
    expect(target.isUsable(501)).toBe(false);
  });
});

describe('the report of the users', () => {
  it('is one line a minute, the most frequent first, and starts again', () => {
    const report = new LoadReport();
    for (const outcome of ['answered', 'status 503', 'answered']) report.count(outcome);
    expect(report.take()).toBe('3 requests in the last minute: 2 answered, 1 status 503');
    expect(report.take()).toBe('0 requests in the last minute');
  });
});
