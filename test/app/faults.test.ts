import { describe, expect, it } from 'vitest';
import { FAULTS, FaultBoard, type FaultRequest, parseFaultRequest } from '../../src/app/faults.ts';

function set(board: FaultBoard, body: object, nowMs: number): void {
  const request = parseFaultRequest(body);
  if ('problems' in request) throw new Error(request.problems.join());
  board.apply(request satisfies FaultRequest, nowMs);
}

describe('the faults of an instance', () => {
  it('are none of the other providers', () => {
    const board = new FaultBoard();
    set(board, { fault: 'provider-outage', provider: 'openai' }, 0);
    expect(board.conditions('openai', 1).failures?.upstream_5xx).toBeCloseTo(0.63);
    expect(board.conditions('anthropic', 1)).toEqual({ slowdown: 1 });
  });

  it('work together: latencies are multiplied, chances to fail added and never more than all', () => {
    const board = new FaultBoard();
    set(board, { fault: 'slow-provider', provider: 'openai', factor: 3 }, 0);
    set(board, { fault: 'rate-limits', provider: 'openai', ratio: 0.2 }, 0);
    expect(board.conditions('openai', 1)).toEqual({
      slowdown: 3,
      failures: { timeout: 0, rate_limit: 0.2, upstream_5xx: 0 },
    });
    set(board, { fault: 'provider-outage', provider: 'openai', ratio: 0.5 }, 0);
    expect(board.conditions('openai', 1).failures).toEqual({ timeout: 0.15, rate_limit: 0.2, upstream_5xx: 0.35 });
    set(board, { fault: 'provider-outage', provider: 'openai', ratio: 1 }, 0);
    set(board, { fault: 'rate-limits', provider: 'openai', ratio: 1 }, 0);
    const { failures } = board.conditions('openai', 1);
    expect(failures).toEqual({ timeout: 0.15, rate_limit: 0.5, upstream_5xx: 0.35 });
  });

  it('end by themselves', () => {
    const board = new FaultBoard();
    set(board, { fault: 'slow-provider', provider: 'openai', factor: 3, seconds: 60 }, 1_000);
    set(board, { fault: 'scrape-path' }, 1_000);
    expect(board.list(60_999)).toEqual([
      { fault: 'slow-provider', provider: 'openai', amount: 3, sinceMs: 1_000, untilMs: 61_000 },
      { fault: 'scrape-path', sinceMs: 1_000 },
    ]);
    expect(board.conditions('openai', 61_000)).toEqual({ slowdown: 1 });
    expect(board.list(61_000)).toEqual([{ fault: 'scrape-path', sinceMs: 1_000 }]);
    expect([board.isOn('scrape-path', 61_000), board.isOn('slow-provider', 61_000)]).toEqual([true, false]);
  });

  it('keep their beginning when they are set again, and take the new strength', () => {
    const board = new FaultBoard();
    set(board, { fault: 'rate-limits', provider: 'openai' }, 1_000);
    set(board, { fault: 'rate-limits', provider: 'openai', ratio: 1, seconds: 5 }, 2_000);
    expect(board.list(3_000)).toEqual([
      { fault: 'rate-limits', provider: 'openai', amount: 1, sinceMs: 1_000, untilMs: 7_000 },
    ]);
  });

  it.each(Object.entries(FAULTS))('%s can be read from what fault commands send', (fault, kind) => {
    const provider = kind.scope === 'provider' ? { provider: 'mistral' } : {};
    const seconds = 'needsEnd' in kind ? { seconds: 1 } : {};
    expect(parseFaultRequest({ fault, ...provider, ...seconds })).toMatchObject({ kind: 'set', fault });
  });
});
