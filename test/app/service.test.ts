import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLOSED } from '../../src/app/breaker.ts';
import type { Instruments } from '../../src/app/instruments.ts';
import { appSeries } from '../../src/app/layout.ts';
import { createPromInstruments } from '../../src/app/prom-instruments.ts';
import { CALM, type Conditions, ERROR_TYPES, PROVIDERS } from '../../src/app/providers.ts';
import { seededRandom } from '../../src/app/random.ts';
import { DURATION_BUCKETS, METRICS } from '../../src/app/schema.ts';
import { createService } from '../../src/app/service.ts';
import { ABSENT, createTally } from '../../src/app/tally.ts';
import { labelsKey } from '../../src/model/labels.ts';
import { samplesOf } from './helpers.ts';

const NOW = 1_700_000_000_000;
const ALWAYS = (failure: 'timeout' | 'rate_limit' | 'upstream_5xx'): Conditions => ({
  slowdown: 1,
  failures: { timeout: 0, rate_limit: 0, upstream_5xx: 0, [failure]: 1 },
});
const WELL: Conditions = { slowdown: 1, failures: { timeout: 0, rate_limit: 0, upstream_5xx: 0 } };

/** A service that counts into a row, and the row's values that are not 0, by series, those of the vitals left out. */
function counted(conditions: Conditions) {
  const tally = createTally();
  const service = createService({ instruments: tally, random: seededRandom('service'), conditions: () => conditions });
  const series = appSeries('v');
  const shown = (nowMs: number) =>
    Object.fromEntries(
      [...tally.row(nowMs)].flatMap((value, i) => {
        const { name, labels } = series[i] as (typeof series)[number];
        const text = `${name} ${Object.values(labels).join(' ')}`;
        const isOfInterest = !/_bucket|quantile|app_info|_sum/.test(text) && labels.quantile === undefined;
        return value !== 0 && value !== ABSENT && isOfInterest ? [[text, value]] : [];
      }),
    );
  return { service, shown };
}

describe('what is counted when', () => {
  it('counts a stream as active while it is open, then as a success with its duration', () => {
    const { service, shown } = counted(WELL);
    const admission = service.begin('openai', NOW);
    if (admission.kind === 'refused') throw new Error('refused');
    expect(shown(NOW)).toEqual({ 'sse_active_connections openai': 1 });
    service.firstToken(admission.ticket, NOW + 100);
    service.finish(admission.ticket, NOW + 900);
    expect(shown(NOW + 900)).toEqual({
      'sse_requests_total openai success': 1,
      'sse_request_duration_seconds_count openai': 1,
      'sse_first_token_seconds_count openai': 1,
    });
  });

  it.each(['timeout', 'rate_limit', 'upstream_5xx'] as const)(
    'counts a %s as a request and as an error of its type',
    (failure) => {
      const { service, shown } = counted(ALWAYS(failure));
      const admission = service.begin('anthropic', NOW);
      if (admission.kind === 'refused') throw new Error('refused');
      service.finish(admission.ticket, NOW + admission.ticket.answer.endMs);
      expect(shown(NOW + 60_000)).toEqual({
        'sse_requests_total anthropic error': 1,
        [`sse_errors_total anthropic ${failure}`]: 1,
        'sse_request_duration_seconds_count anthropic': 1,
      });
    },
  );

  it('counts a refused request and its error, but neither a connection nor a duration', () => {
    const { service, shown } = counted(ALWAYS('upstream_5xx'));
    let refused = 0;
    let admitted = 0;
    let retryAfterMs = 0;
    for (let nowMs = NOW; nowMs < NOW + 180_000; nowMs += 500) {
      const admission = service.begin('anthropic', nowMs);
      if (admission.kind === 'admitted') {
        admitted++;
        service.finish(admission.ticket, nowMs + 10);
      } else {
        refused++;
        retryAfterMs = admission.retryAfterMs;
      }
    }
    expect(refused).toBeGreaterThan(100);
    expect(retryAfterMs).toBeGreaterThan(200_000);
    expect(shown(NOW + 180_000)).toEqual({
      'sse_requests_total anthropic error': admitted + refused,
      'sse_errors_total anthropic upstream_5xx': admitted,
      'sse_errors_total anthropic circuit_open': refused,
      'sse_request_duration_seconds_count anthropic': admitted,
      'sse_circuit_breaker_state anthropic': 2,
    });
  });

  it('counts a client that left as a success and lets the breaker learn nothing from it', () => {
    const { service, shown } = counted(CALM);
    for (let i = 0; i < 300; i++) {
      const admission = service.begin('openai', NOW + i * 1000);
      if (admission.kind === 'admitted') service.abandon(admission.ticket, NOW + i * 1000 + 20_000);
    }
    expect(shown(NOW + 400_000)).toEqual({
      'sse_requests_total openai success': 300,
      'sse_request_duration_seconds_count openai': 300,
    });
  });
});

it('goes on with the breakers it is given, and tells where they stand', () => {
  const breakers = { openai: CLOSED, anthropic: { kind: 'open', untilMs: NOW + 5_000 }, mistral: CLOSED } as const;
  const tally = createTally();
  const service = createService({ instruments: tally, random: seededRandom('x'), conditions: () => WELL, breakers });
  expect(service.begin('openai', NOW).kind).toBe('admitted');
  expect(service.begin('anthropic', NOW)).toEqual({ kind: 'refused', retryAfterMs: 5_000 });
  service.tick(NOW + 5_000);
  expect(service.breakers().anthropic.kind).toBe('half-open');
});

describe('the instruments of the past and of prom-client', () => {
  const calls = fc.array(
    fc.record({
      what: fc.constantFrom('request', 'error', 'up', 'down', 'duration', 'firstToken', 'breaker'),
      provider: fc.constantFrom(...PROVIDERS),
      status: fc.constantFrom('success' as const, 'error' as const),
      type: fc.constantFrom(...ERROR_TYPES),
      seconds: fc.oneof(fc.double({ min: 0.001, max: 30, noNaN: true }), fc.constantFrom(...DURATION_BUCKETS)),
      state: fc.constantFrom(0 as const, 1 as const, 2 as const),
      waitMs: fc.integer({ min: 0, max: 60_000 }),
    }),
    { maxLength: 60 },
  );

  const count = (
    instruments: Instruments,
    call: typeof calls extends fc.Arbitrary<(infer C)[]> ? C : never,
    nowMs: number,
  ) => {
    const { provider } = call;
    if (call.what === 'request') instruments.request(provider, call.status);
    if (call.what === 'error') instruments.error(provider, call.type);
    if (call.what === 'up') instruments.active(provider, 1);
    if (call.what === 'down') instruments.active(provider, -1);
    if (call.what === 'duration') instruments.duration(provider, call.seconds);
    if (call.what === 'firstToken') instruments.firstToken(provider, call.seconds, nowMs);
    if (call.what === 'breaker') instruments.breaker(provider, call.state);
  };

  it('show the same series with the same values, whatever is counted', async () => {
    await fc.assert(
      fc.asyncProperty(calls, async (history) => {
        let nowMs = NOW;
        const tally = createTally();
        const live = createPromInstruments({ version: '1.4.2', now: () => nowMs });
        for (const call of history) {
          nowMs += call.waitMs;
          count(tally, call, nowMs);
          count(live.instruments, call, nowMs);
        }
        const vitals = ['cpu', 'start', 'resident', 'heap', 'lag'];
        const row = tally.row(nowMs);
        const past = new Map(
          appSeries('1.4.2').flatMap(({ metric, name, labels }, i) =>
            row[i] === ABSENT || vitals.includes(metric) ? [] : [[labelsKey({ __name__: name, ...labels }), row[i]]],
          ),
        );
        expect(samplesOf(await live.registry.metrics(), 'text')).toEqual(past);
      }),
      { seed: 11, numRuns: 150 },
    );
  });

  it('tell the type and a help text of every metric', async () => {
    const text = await createPromInstruments({ version: '1', now: () => NOW }).registry.metrics();
    const ofService = Object.values(METRICS).filter(({ name }) => name.startsWith('sse_'));
    for (const { name, type, help } of ofService) {
      expect(text).toContain(`# TYPE ${name} ${type}\n`);
      expect(text).toContain(`# HELP ${name} ${help}\n`);
    }
    expect(new Set(ofService.map(({ type }) => type))).toEqual(new Set(['counter', 'gauge', 'histogram', 'summary']));
  });
});
