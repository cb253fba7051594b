import { expect, it } from 'vitest';
import type { newLearner } from '../helpers/learner.ts';
import { ALL_UP, asking, runApart, targetsSince } from '../helpers/stack.ts';

type Learner = ReturnType<typeof newLearner>;

/** Two scrapes and a little: what a fault needs at most to be seen. */
export const SEEN = { timeout: 35_000, interval: 250 };

async function values(me: Learner, query: string): Promise<Readonly<Record<string, number>>> {
  const { data } = await asking(me.state(), (source) => source.instant(query));
  if (data.kind !== 'vector') return {};
  return Object.fromEntries(data.samples.map(({ labels, value }) => [labels.instance ?? '', value as number]));
}

export const ups = (me: Learner) => values(me, 'up{job="sse-streaming"}');

/** What a backend does for a fault with its own means: the same shows in Prometheus on every one. */
export function controlsOf(me: Learner, lastError: RegExp): void {
  it('one instance is stopped and seen as down, with a real error, while the rest goes on', async () => {
    expect(runApart(me, 'fault', 'instance-stopped').code).toBe(0);
    await expect.poll(() => ups(me), SEEN).toEqual({ 'sse-app:8000': 1, 'sse-app-2:8000': 0 });
    const targets = await asking(me.state(), (source) => source.targets());
    expect(targets.find(({ labels }) => labels.instance === 'sse-app-2:8000')?.lastError).toMatch(lastError);
    expect(runApart(me, 'status').out.replace(/\s+/g, ' ')).toContain('Faults on: instance-stopped (sse-app-2');
    expect(runApart(me, 'fault', 'instance-stopped').out).toContain('is on already');
  });

  it('two at once: the scrape path of the other one breaks too', async () => {
    expect(runApart(me, 'fault', 'scrape-path', '--instance', 'sse-app').code).toBe(0);
    await expect.poll(() => ups(me), SEEN).toEqual({ 'sse-app:8000': 0, 'sse-app-2:8000': 0 });
    const cleared = runApart(me, 'fault', 'clear');
    expect(cleared.out).toBe('Ended: scrape-path. Started again: sse-app-2.\n');
    await expect.poll(() => ups(me), SEEN).toEqual({ 'sse-app:8000': 1, 'sse-app-2:8000': 1 });
  });

  it('an instance that was started again counts from zero, and Prometheus sees the restart', async () => {
    const query = 'sum by (instance) (resets(sse_requests_total[2m]) > 0)';
    const before = (await values(me, 'process_start_time_seconds{instance="sse-app:8000"}'))['sse-app:8000'] ?? 0;
    expect(runApart(me, 'fault', 'instance-restarted', '--instance', 'sse-app').code).toBe(0);
    const started = () => values(me, 'process_start_time_seconds{instance="sse-app:8000"}');
    await expect.poll(async () => ((await started())['sse-app:8000'] ?? 0) > before, SEEN).toBe(true);
    expect(await values(me, query)).toMatchObject({ 'sse-app:8000': expect.any(Number) });
  });
}

/** What the service itself does for a fault, which is the same program on every backend. */
export function serviceFaultsOf(me: Learner): void {
  it('an instance rests for a while and comes back by itself', async () => {
    expect(runApart(me, 'fault', 'instance-stopped', '--for', '20s').code).toBe(0);
    await expect.poll(() => ups(me), SEEN).toMatchObject({ 'sse-app-2:8000': 0 });
    await expect.poll(() => ups(me), { ...SEEN, timeout: 60_000 }).toMatchObject({ 'sse-app-2:8000': 1 });
    expect(runApart(me, 'fault', 'list').out).toContain('None is on.');
  });

  it('a stack that is half stopped is mended by start', async () => {
    expect(runApart(me, 'fault', 'both-stopped').code).toBe(0);
    await expect.poll(() => ups(me), SEEN).toEqual({ 'sse-app:8000': 0, 'sse-app-2:8000': 0 });
    expect(runApart(me, 'start', '--wait').err).toContain('The stack runs again');
    await expect.poll(() => targetsSince(me.state(), 0), SEEN).toEqual(ALL_UP);
  });

  it('what happens to providers shows in the counters, three at once', async () => {
    const cases = [
      ['provider-outage --provider openai', 'sum(sse_errors_total{provider="openai",type=~"upstream_5xx|timeout"})'],
      ['rate-limits --provider openai', 'sum(sse_errors_total{provider="openai",type="rate_limit"})'],
      ['provider-waking', 'sum(sse_requests_total{provider="mistral"})'],
    ] as const;
    const sums = async () => Promise.all(cases.map(async ([, query]) => (await values(me, query))[''] ?? 0));
    const before = await sums();
    for (const [words] of cases) expect(runApart(me, 'fault', ...words.split(' '), '--for', '2m').code).toBe(0);
    const grown = async () => (await sums()).map((sum, index) => sum >= (before[index] ?? 0) + 5);
    await expect.poll(grown, SEEN).toEqual([true, true, true]);
    expect(runApart(me, 'fault', 'clear').out).toMatch(/^Ended: /);
  });
}
