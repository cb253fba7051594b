import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { admits, BREAKER_RULE, type Breaker, type BreakerEvent, breakerAfter, CLOSED } from '../../src/app/breaker.ts';

const START = 1_000_000_000_000;

/** `events` is a line such as `success*30@1s failure*20@0.5s tick+60s`: so many, so far apart; `tick+…` waits. */
function play(script: string, from: Breaker = CLOSED): { breaker: Breaker; nowMs: number; admitted: boolean[] } {
  let breaker = from;
  let nowMs = START;
  const admitted: boolean[] = [];
  for (const step of script.split(' ')) {
    const [, event, count, gap] = /^(\w+)(?:\*(\d+))?(?:[@+]([\d.]+)s)?$/.exec(step) as unknown as string[];
    for (let i = 0; i < Number(count ?? 1); i++) {
      nowMs += Number(gap ?? 0) * 1000;
      breaker = breakerAfter(breaker, event as BreakerEvent, nowMs);
      if (event === 'ask') admitted.push(admits(breaker));
    }
  }
  return { breaker, nowMs, admitted };
}

describe('the breaker', () => {
  const cases: [name: string, script: string, ends: Breaker['kind']][] = [
    ['is closed at first', 'ask*3', 'closed'],
    ['stays closed while all is well', 'success*200@1s', 'closed'],
    ['stays closed when half of the requests fail', `${'failure@1s success@1s '.repeat(100).trim()}`, 'closed'],
    ['opens after two bad minutes', 'failure*120@1s', 'open'],
    ['counts slow answers as bad', 'slow*120@1s', 'open'],
    ['does not open after one bad minute', 'success*60@1s failure*60@1s', 'closed'],
    ['does not open on fewer than ten requests a minute', 'failure*40@8s', 'closed'],
    ['opens on ten requests a minute', 'failure*40@5s', 'open'],
    ['forgets what is older than two minutes', 'failure*60@1s tick+200s failure*40@1s', 'closed'],
  ];
  it.each(cases)('%s', (_name, script, ends) => {
    expect(play(script).breaker.kind).toBe(ends);
  });

  const afterOpening: [name: string, script: string, ends: Breaker['kind']][] = [
    ['refuses for six minutes', 'tick+359s', 'open'],
    ['then tries', 'tick+360s', 'half-open'],
    ['learns nothing from answers that come late', 'success*50@1s', 'open'],
    ['goes on trying for two minutes', 'tick+360s success*5 tick+119s', 'half-open'],
    ['closes after a trial that nobody took part in', 'tick+360s tick+120s', 'closed'],
    ['closes after a trial with a success', 'tick+360s failure*9@1s success tick+120s', 'closed'],
    ['takes slow answers in the trial for successes', 'tick+360s slow tick+120s', 'closed'],
    ['opens again after a trial that only failed', 'tick+360s failure*9@1s tick+120s', 'open'],
    ['starts afresh after closing', 'tick+360s success tick+120s failure*40@1s', 'closed'],
    ['goes through several states when nobody looked for hours', 'tick+90000s', 'closed'],
  ];
  it.each(afterOpening)('after opening %s', (_name, script, ends) => {
    expect(play(script, { kind: 'open', untilMs: START + BREAKER_RULE.openMs }).breaker.kind).toBe(ends);
  });

  it('opens within the second minute of an outage, neither at once nor late', () => {
    let breaker = CLOSED;
    let opened = 0;
    for (let second = 1; second <= 180 && opened === 0; second++) {
      breaker = breakerAfter(breaker, 'failure', START + second * 1000);
      if (breaker.kind === 'open') opened = second;
    }
    expect(opened).toBeGreaterThan(60);
    expect(opened).toBeLessThanOrEqual(120);
  });

  it('lets every tenth request through while it tries, the first one included', () => {
    const open: Breaker = { kind: 'open', untilMs: START };
    const { admitted } = play('ask*25@0.1s', open);
    expect(admitted.flatMap((yes, i) => (yes ? [i] : []))).toEqual([0, 10, 20]);
  });
});

describe('any history of a breaker', () => {
  const events = fc.array(
    fc.record({
      event: fc.constantFrom<BreakerEvent>('ask', 'ask', 'success', 'slow', 'failure', 'failure', 'failure', 'tick'),
      waitMs: fc.oneof(
        { weight: 199, arbitrary: fc.integer({ min: 0, max: 3_000 }) },
        fc.integer({ min: 0, max: 900_000 }),
      ),
    }),
    { minLength: 100, maxLength: 400, size: 'max' },
  );
  const runs = { seed: 5, numRuns: 150 };

  it('never admits while open, always while closed, and keeps its times', () => {
    let opened = 0;
    fc.assert(
      fc.property(events, (history) => {
        let breaker: Breaker = CLOSED;
        let nowMs = START;
        for (const { event, waitMs } of history) {
          nowMs += waitMs;
          const before = breaker;
          breaker = breakerAfter(before, event, nowMs);
          if (breaker.kind !== 'closed') expect(breaker.untilMs).toBeGreaterThan(nowMs);
          if (breaker.kind === 'open') {
            opened++;
            expect(admits(breaker)).toBe(false);
            expect(breaker.untilMs - nowMs).toBeLessThanOrEqual(BREAKER_RULE.openMs);
          }
          if (breaker.kind === 'closed') expect(admits(breaker)).toBe(true);
          if (before.kind === 'closed' && breaker.kind === 'open') expect(['slow', 'failure']).toContain(event);
        }
      }),
      runs,
    );
    expect(opened).toBeGreaterThan(0);
  });

  it('admits a tenth of those that ask in one trial, rounded up', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), (asks) => {
        const trial: Breaker = { kind: 'half-open', untilMs: START + 60_000, asked: 0, passed: 0, failed: 0 };
        const { admitted } = play(`ask*${asks}@0.1s`, trial);
        expect(admitted.filter(Boolean).length).toBe(Math.ceil(asks / BREAKER_RULE.trialEvery));
      }),
      runs,
    );
  });

  it('does not change what it was given and ends the same when lived again', () => {
    fc.assert(
      fc.property(events, (history) => {
        const live = () => {
          let breaker: Breaker = CLOSED;
          let nowMs = START;
          for (const { event, waitMs } of history) {
            nowMs += waitMs;
            breaker = breakerAfter(Object.freeze(breaker), event, nowMs);
          }
          return breaker;
        };
        expect(live()).toEqual(live());
      }),
      { ...runs, numRuns: 100 },
    );
  });
});
