import { describe, expect, it } from 'vitest';
import { type RunWorld, runApp } from '../../src/app/run-app.ts';
import { type Env, historySettings, loadSettings, serveSettings } from '../../src/app/settings.ts';
import { UsageError } from '../../src/model/errors.ts';
import { T0_MS, testWorld } from './helpers.ts';

const complaint = (read: () => unknown): string => {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as UsageError).message;
  }
  return 'no complaint';
};

describe('the settings of serve', () => {
  it('have defaults; empty is like absent', () => {
    expect(serveSettings({ SSE_INSTANCE: 'sse-app:8000', SSE_TOKEN: '', SSE_PORT: ' ' })).toEqual({
      instance: 'sse-app:8000',
      host: '127.0.0.1',
      port: 8000,
      scenarioDir: undefined,
    });
  });

  it('take everything from the environment', () => {
    const env = {
      SSE_INSTANCE: 'sse-app-2:8000',
      SSE_HOST: '0.0.0.0',
      SSE_PORT: '0',
      SSE_SCENARIO_DIR: '/scenario',
      SSE_TOKEN: 'secret',
      SSE_PROMETHEUS_URL: 'http://prometheus:9090',
    };
    expect(serveSettings(env)).toEqual({
      instance: 'sse-app-2:8000',
      host: '0.0.0.0',
      port: 0,
      scenarioDir: '/scenario',
      token: 'secret',
      prometheusUrl: 'http://prometheus:9090',
    });
  });

  const wrong: [env: Env, says: string][] = [
    [{}, 'SSE_INSTANCE must be sse-app:8000 or sse-app-2:8000'],
    [{ SSE_INSTANCE: 'app' }, 'SSE_INSTANCE must be sse-app:8000 or sse-app-2:8000'],
    [{ SSE_INSTANCE: 'sse-app:8000', SSE_PORT: '65536' }, 'SSE_PORT must be a whole number from 0 to 65535'],
    [{ SSE_INSTANCE: 'sse-app:8000', SSE_PORT: 'http' }, 'SSE_PORT must be a whole number from 0 to 65535'],
    [{ SSE_INSTANCE: 'sse-app:8000', SSE_PORT: '-1' }, 'SSE_PORT must be a whole number from 0 to 65535'],
  ];
  it.each(wrong)('%j: %s', (env, says) => {
    expect(complaint(() => serveSettings(env))).toBe(says);
  });
});

describe('the settings of load', () => {
  const right: [env: Env, settings: object][] = [
    [
      { SSE_TARGETS: 'http://sse-app:8000=3,http://sse-app-2:8000=1' },
      {
        targets: [
          { url: 'http://sse-app:8000', weight: 3 },
          { url: 'http://sse-app-2:8000', weight: 1 },
        ],
        rate: 8,
      },
    ],
    [
      { SSE_TARGETS: ' http://127.0.0.1:8000/ ', SSE_RATE: '0.5' },
      { targets: [{ url: 'http://127.0.0.1:8000', weight: 1 }], rate: 0.5 },
    ],
    [{ SSE_TARGETS: 'https://a/base/=0.5' }, { targets: [{ url: 'https://a/base', weight: 0.5 }], rate: 8 }],
  ];
  it.each(right)('%j', (env, settings) => {
    expect(loadSettings(env)).toEqual(settings);
  });

  const target = 'http://a';
  const wrong: [env: Env, says: string][] = [
    [{}, 'SSE_TARGETS is missing'],
    [{ SSE_TARGETS: 'sse-app' }, 'SSE_TARGETS: cannot read "sse-app"'],
    [{ SSE_TARGETS: 'localhost:8000=1' }, 'SSE_TARGETS: cannot read "localhost:8000=1"'],
    [{ SSE_TARGETS: `${target}=1,` }, 'SSE_TARGETS: cannot read ""'],
    [{ SSE_TARGETS: `${target}=0` }, `SSE_TARGETS: cannot read "${target}=0"`],
    [{ SSE_TARGETS: `${target}=much` }, `SSE_TARGETS: cannot read "${target}=much"`],
    [
      { SSE_TARGETS: target, SSE_RATE: '0' },
      'SSE_RATE must be a number of requests per second, above 0 and at most 100',
    ],
    [
      { SSE_TARGETS: target, SSE_RATE: 'fast' },
      'SSE_RATE must be a number of requests per second, above 0 and at most 100',
    ],
  ];
  it.each(wrong)('%j: %s', (env, says) => {
    expect(complaint(() => loadSettings(env))).toBe(says);
  });
});

describe('the settings of history', () => {
  it('end now, on the scrape grid, six hours long, seed 1', () => {
    expect(historySettings({ SSE_OUT: '/out' }, T0_MS + 14_999)).toEqual({
      dir: '/out',
      scenario: { t0Ms: T0_MS, seed: 1, historyMs: 6 * 3_600_000 },
    });
  });

  it('take everything from the environment', () => {
    const env = { SSE_OUT: '/out', SSE_HISTORY: '3h30m', SSE_SEED: '42', SSE_T0: String(T0_MS + 1) };
    expect(historySettings(env, 0).scenario).toEqual({ t0Ms: T0_MS, seed: 42, historyMs: 12_600_000 });
  });

  const wrong: [env: Env, says: string][] = [
    [{}, 'SSE_OUT is missing: the folder to write the history to'],
    [{ SSE_OUT: '/o', SSE_HISTORY: '179m' }, 'a history of 179m is too short: it must be 3h or more'],
    [{ SSE_OUT: '/o', SSE_HISTORY: '0' }, 'a history of 0 is too short: it must be 3h or more'],
    [{ SSE_OUT: '/o', SSE_HISTORY: '8d' }, 'a history of 8d is too long'],
    [{ SSE_OUT: '/o', SSE_HISTORY: '6 hours' }, 'cannot read "6 hours" as a length of history'],
    [{ SSE_OUT: '/o', SSE_SEED: '1.5' }, 'SSE_SEED must be a whole number from 0 to 4294967295'],
    [{ SSE_OUT: '/o', SSE_T0: 'now' }, `SSE_T0 must be a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`],
  ];
  it.each(wrong)('%j: %s', (env, says) => {
    expect(complaint(() => historySettings(env, T0_MS))).toBe(says);
  });
});

describe('the command line', () => {
  async function run(argv: string[], env: Env = {}) {
    const errors: string[] = [];
    const world = testWorld();
    const runWorld: RunWorld = {
      ...world,
      env,
      error: (line) => errors.push(line),
      addRules: () => Promise.reject(new Error('no history is written here')),
      signal: AbortSignal.abort(),
    };
    return { code: await runApp(argv, runWorld), errors, lines: world.lines };
  }

  it.each([[[]], [['help']], [['constructor']], [['serve', 'more']]])('%j is told what there is', async (argv) => {
    const { code, errors } = await run(argv);
    expect(code).toBe(2);
    expect(errors[0]).toBe('error: say what to do: serve, load, history');
  });

  it('gives settings that are wrong as a usage error with a hint', async () => {
    const { code, errors } = await run(['history'], { SSE_OUT: '/o', SSE_HISTORY: '1h' });
    expect(code).toBe(2);
    expect(errors).toEqual([
      'error: a history of 1h is too short: it must be 3h or more',
      'What the lessons are about happens in its last 65 minutes; they compare it with ordinary hours before.',
    ]);
  });

  it('serves until it is asked to end', async () => {
    const { code, lines } = await run(['serve'], { SSE_INSTANCE: 'sse-app:8000', SSE_PORT: '0' });
    expect(code).toBe(0);
    expect(lines[0]).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/);
    expect(lines[1]).toBe('the counters start at 0: no scenario folder is set');
  });

  it('sends load until it is asked to end', async () => {
    const { code, lines } = await run(['load'], { SSE_TARGETS: 'http://127.0.0.1:1' });
    expect(code).toBe(0);
    expect(lines).toEqual(['sending about 8 requests a second to http://127.0.0.1:1']);
  });
});
