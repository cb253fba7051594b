import { describe, expect, it } from 'vitest';
import { addVitals, createPromInstruments } from '../../src/app/prom-instruments.ts';
import { PROVIDERS } from '../../src/app/providers.ts';
import { seededRandom } from '../../src/app/random.ts';
import { createService } from '../../src/app/service.ts';
import { createVitals } from '../../src/app/vitals.ts';
import { forgetOld, storageWithHistory } from '../../src/backends/embedded-stack.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import { compileMatcher } from '../../src/promql/matcher.ts';
import { parseSelector } from '../../src/promql/parse.ts';
import { ScrapeTarget } from '../../src/scrape/target.ts';

const HOUR_MS = 3_600_000;
const scenario: Scenario = { t0Ms: Date.UTC(2026, 0, 15, 12), seed: 1, historyMs: 3 * HOUR_MS };
const readings = {
  startMs: scenario.t0Ms,
  cpuSeconds: () => 1,
  memory: () => ({ residentBytes: 5e7, heapBytes: 2e7 }),
};

/** An instance under a virtual clock: its real registry, and a series of its own with every scrape. */
function instance(now: () => number) {
  const { registry, instruments } = createPromInstruments({ version: '1', now });
  addVitals(registry, createVitals(readings));
  const service = createService({ instruments, random: seededRandom('memory'), conditions: () => ({ slowdown: 1 }) });
  return async () => {
    for (const provider of PROVIDERS) {
      const admission = service.begin(provider, now());
      if (admission.kind === 'admitted') service.finish(admission.ticket, now() + 100);
    }
    const text = `${await registry.metrics()}# TYPE once gauge\nonce{at="${now()}"} 1\n`;
    return { kind: 'ok', text, format: 'text' } as const;
  };
}

describe('the memory of the embedded stack', () => {
  it('stays flat over 24 virtual hours of scraping, and keeps what lessons look at', async () => {
    let nowMs = scenario.t0Ms;
    const now = () => nowMs;
    const storage = storageWithHistory(scenario);
    const written = storage.size;
    const beforeT0 = () => {
      const parsed = parseSelector('{job=~".+"}');
      if (parsed.kind === 'error') throw new Error('the selector is wrong');
      const range = { startMs: scenario.t0Ms - 3 * HOUR_MS, endMs: scenario.t0Ms };
      const columns = storage.select(parsed.matchers.map(compileMatcher), range);
      return columns.reduce((sum, { times }) => sum + times.length, 0);
    };
    const target = new ScrapeTarget(
      {
        job: 'sse-streaming',
        url: 'http://127.0.0.1:1/metrics',
        labels: { instance: 'sse-app:8000', job: 'sse-streaming' },
        intervalMs: 60_000,
        timeoutMs: 10_000,
        sampleLimit: 0,
        bodySizeLimit: 0,
      },
      storage,
    );
    const scrape = instance(now);
    const atHours: ReturnType<typeof storageSize>[] = [];
    const storageSize = () => storage.size;
    for (let minute = 1; minute <= 24 * 60; minute++) {
      nowMs = scenario.t0Ms + minute * 60_000;
      await target.scrape(nowMs, scrape, now);
      if (minute % 10 === 0) forgetOld(storage, { scenario, retentionMs: HOUR_MS }, nowMs);
      if (minute % 60 === 0) atHours.push(storageSize());
    }
    expect(target.state.health).toBe('up');
    expect(beforeT0()).toBe(written.samples);
    // From the second hour on the same amount comes as goes; the newest cleaning may be ten minutes old.
    const settled = atHours.slice(2);
    for (const quantity of ['series', 'samples', 'bytes'] as const) {
      const all = settled.map((size) => size[quantity]);
      expect(Math.max(...all) / Math.min(...all)).toBeLessThan(1.05);
    }
    const live = (settled.at(-1)?.samples ?? 0) - written.samples;
    expect(live).toBeGreaterThan(60 * 50);
    expect(live).toBeLessThan(75 * 200);
  });
});
