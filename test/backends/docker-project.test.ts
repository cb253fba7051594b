import { describe, expect, it } from 'vitest';
import { containerOf, portsOfPs } from '../../src/backends/docker-project.ts';
import { serviceStatus } from '../../src/backends/docker-status.ts';
import { spanText } from '../../src/backends/span.ts';

/** As `docker inspect` gives it, cut down to what is read. */
const INSPECTED = {
  Id: 'd63702aa22f9',
  Created: '2026-01-01T10:00:00.5Z',
  Name: '/sse-sse-app-1',
  State: {
    Status: 'running',
    OOMKilled: false,
    ExitCode: 0,
    Error: '',
    StartedAt: '2026-01-01T10:00:01Z',
    FinishedAt: '0001-01-01T00:00:00Z',
    Health: { Status: 'healthy' },
  },
  HostConfig: {
    PortBindings: { '8000/tcp': [{ HostIp: '127.0.0.1', HostPort: '8002' }], '9/tcp': [{ HostPort: '' }] },
  },
  Config: {
    Image: 'prom-tutor/sse-app',
    Env: ['SSE_TOKEN=a=b', 'PATH=/bin'],
    Labels: {
      'com.docker.compose.service': 'sse-app',
      'com.docker.compose.project.working_dir': '/home/me/stack',
      'dev.prom-tutor.stack': 'a1b2',
    },
  },
};

describe('containerOf', () => {
  it('reads what Docker tells', () => {
    expect(containerOf(INSPECTED)).toEqual({
      id: 'd63702aa22f9',
      name: 'sse-sse-app-1',
      service: 'sse-app',
      stackId: 'a1b2',
      status: 'running',
      health: 'healthy',
      exitCode: 0,
      outOfMemory: false,
      error: '',
      createdMs: Date.UTC(2026, 0, 1, 10, 0, 0, 500),
      startedMs: Date.UTC(2026, 0, 1, 10, 0, 1),
      finishedMs: undefined,
      image: 'prom-tutor/sse-app',
      ports: new Map([[8000, 8002]]),
      environment: new Map([
        ['SSE_TOKEN', 'a=b'],
        ['PATH', '/bin'],
      ]),
      workingDir: '/home/me/stack',
    });
  });

  it('takes one without our label for a stranger, and survives what makes no sense', () => {
    expect(containerOf({ ...INSPECTED, Config: { Labels: null } }).stackId).toBeUndefined();
    expect(containerOf(undefined)).toMatchObject({ id: '', status: 'unknown', stackId: undefined });
  });
});

describe('portsOfPs', () => {
  it('reads single ports, ranges, both families, and leaves out what is not published or not TCP', () => {
    const text = [
      'web-1\t0.0.0.0:8080-8082->80-82/tcp, [::]:8080-8082->80-82/tcp, 443/tcp',
      'sse-prometheus\t127.0.0.1:9090->9090/tcp',
      'dns\t0.0.0.0:53->53/udp',
      'quiet\t',
    ].join('\n');
    expect([...portsOfPs(text)]).toEqual([
      [8080, 'web-1'],
      [8081, 'web-1'],
      [8082, 'web-1'],
      [9090, 'sse-prometheus'],
    ]);
  });
});

describe('serviceStatus', () => {
  const nowMs = Date.UTC(2026, 0, 1, 10, 5, 1);
  const status = (state: object) => {
    const container = containerOf({ ...INSPECTED, State: { ...INSPECTED.State, ...state } });
    return serviceStatus([container], { grafana: false, nowMs }).find(({ name }) => name === 'sse-app');
  };

  it.each([
    [{}, 'running', 'for 5 min'],
    [{ Health: { Status: 'starting' } }, 'starting', 'for 5 min'],
    [{ Health: { Status: 'unhealthy' } }, 'unhealthy', 'for 5 min'],
    [{ Status: 'paused' }, 'stopped', 'paused'],
    [{ Status: 'created', Error: 'no such file' }, 'stopped', 'created: no such file'],
    [{ Status: 'exited', ExitCode: 137, FinishedAt: '2026-01-01T10:04:41Z' }, 'stopped', 'was killed 20 s ago'],
    [{ Status: 'exited', ExitCode: 137, OOMKilled: true }, 'stopped', 'ran out of memory'],
    [{ Status: 'exited', ExitCode: 3 }, 'stopped', 'ended with code 3'],
  ])('%j is %s: %s', (state, kind, detail) => {
    expect(status(state)).toEqual({ name: 'sse-app', state: kind, detail });
  });

  it('names every service that should be there, Grafana only where it was wanted', () => {
    const names = (grafana: boolean) =>
      serviceStatus([], { grafana, nowMs }).map(({ name, state }) => `${name} ${state}`);
    expect(names(false)).toEqual(['prometheus missing', 'sse-app missing', 'sse-app-2 missing', 'load missing']);
    expect(names(true)).toContain('grafana missing');
  });
});

describe('spanText', () => {
  it.each([
    [-5, '0 s'],
    [400, '0 s'],
    [59_400, '59 s'],
    [60_000, '1 min'],
    [3_600_000, '1 h'],
    [11_100_000, '3 h 5 min'],
    [86_400_000, '1 d'],
    [187_200_000, '2 d 4 h'],
  ])('%i ms is %s', (ms, text) => expect(spanText(ms)).toBe(text));
});
