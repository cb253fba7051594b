import { describe, expect, it } from 'vitest';
import { type Labels, METRIC_NAME } from '../../../src/model/labels.ts';
import { Engine } from '../../../src/promql/engine/engine.ts';
import { AlertStates } from '../../../src/scrape/rules/alert-states.ts';
import { recordHistory } from '../../../src/scrape/rules/record-history.ts';
import { readRuleFile } from '../../../src/scrape/rules/rule-file.ts';
import { GroupRunner } from '../../../src/scrape/rules/rule-group.ts';
import { startRules } from '../../../src/scrape/rules/rule-loop.ts';
import { slotAt, slotOffsetMs } from '../../../src/scrape/rules/slots.ts';
import { MemoryStorage } from '../../../src/tsdb/memory-storage.ts';

const STEP_MS = 15_000;

/** Per step the value of `x` of each kind; undefined is no sample. */
type Given = Readonly<Record<string, readonly (number | undefined)[]>>;

function storageOf(given: Given, steps: number): MemoryStorage {
  const storage = new MemoryStorage();
  for (let step = 0; step < steps; step++) {
    for (const [kind, values] of Object.entries(given)) {
      const value = values[step];
      if (value !== undefined) storage.append({ [METRIC_NAME]: 'x', kind }, { ms: step * STEP_MS, value });
    }
  }
  return storage;
}

function runnerOf(rules: string, storage: MemoryStorage, nowMs = 0): GroupRunner {
  const [group] = readRuleFile(rules).groups;
  if (group === undefined) throw new Error('no group');
  const engine = new Engine(storage, { subqueryStepMs: STEP_MS });
  const world = { storage, engine, now: () => nowMs, externalLabels: {}, externalUrl: '' };
  return new GroupRunner(group, 'rules.yml', STEP_MS, world);
}

const inGroup = (rules: string, more = '') => `groups:\n  - name: g\n${more}    rules:\n${rules}`;

describe('the state of an alert', () => {
  const seen = (value: number, labels: Labels = { alertname: 'A' }) => [{ labels, annotations: {}, value }];
  const walk = (rule: { forMs: number; keepFiringForMs: number }, conditions: readonly boolean[]) => {
    const states = new AlertStates({ alert: 'A', ...rule });
    return conditions.map((condition, step) => {
      states.step(condition ? seen(1) : [], step * STEP_MS);
      return states.state;
    });
  };
  const cases: readonly [
    name: string,
    rule: { forMs: number; keepFiringForMs: number },
    conditions: string,
    states: string,
  ][] = [
    ['fires at once without for', { forMs: 0, keepFiringForMs: 0 }, '0110', 'iffi'],
    ['waits for its time', { forMs: 30_000, keepFiringForMs: 0 }, '111110', 'ppfffi'],
    ['begins to wait again when it was interrupted', { forMs: 30_000, keepFiringForMs: 0 }, '110111', 'ppippf'],
    ['keeps firing', { forMs: 0, keepFiringForMs: 30_000 }, '1000010', 'fffiiff'],
    [
      'begins to keep firing again with every row',
      { forMs: 15_000, keepFiringForMs: 30_000 },
      '1100100000',
      'pffffffiii',
    ],
  ];
  it.each(cases)('%s', (_, rule, conditions, states) => {
    expect(
      walk(
        rule,
        [...conditions].map((one) => one === '1'),
      )
        .map((state) => state[0])
        .join(''),
    ).toBe(states);
  });

  it('is remembered for a quarter of an hour after it is over, and no longer shown', () => {
    const states = new AlertStates({ alert: 'A', forMs: 0, keepFiringForMs: 0 });
    states.step(seen(1), 0);
    for (let ms = 1; ms <= 16; ms++) {
      states.step([], ms * 60_000);
      expect([ms, states.active.length, states.idle]).toEqual([ms, 0, false]);
    }
    states.step([], 17 * 60_000);
    expect(states.idle).toBe(true);
  });
});

describe('a group of rules', () => {
  it('lets a rule see what the one before has written, and marks what comes no more as ended', async () => {
    const storage = storageOf({ a: [1, 2, undefined], b: [3, 4, 5] }, 3);
    storage.append({ [METRIC_NAME]: 'x', kind: 'a' }, { ms: 2 * STEP_MS, value: 0, stale: true });
    const runner = runnerOf(
      inGroup('      - {record: k:x:sum, expr: sum by (kind) (x)}\n      - {record: k:x:twice, expr: 2 * k:x:sum}\n'),
      storage,
    );
    const engine = new Engine(storage);
    for (let step = 0; step < 3; step++) await runner.evaluate(step * STEP_MS);
    const at = async (step: number) => {
      const result = await engine.instant({ query: '{__name__=~"k:.*"}', ms: step * STEP_MS });
      if (result.kind === 'error' || result.data.kind !== 'vector') throw new Error('no vector');
      return result.data.samples.map(({ labels, value }) => `${labels[METRIC_NAME]} ${labels.kind} ${value}`).sort();
    };
    expect(await at(1)).toEqual(['k:x:sum a 2', 'k:x:sum b 4', 'k:x:twice a 4', 'k:x:twice b 8']);
    expect(await at(2)).toEqual(['k:x:sum b 5', 'k:x:twice b 10']);
  });

  it.each([
    [
      '- {record: r, expr: x, labels: {kind: same}}',
      'vector contains metrics with the same labelset after applying rule labels',
    ],
    [
      '- {alert: r, expr: x, labels: {kind: same}}',
      'vector contains metrics with the same labelset after applying alert labels',
    ],
    ['- {record: r, expr: "x[1m]"}', 'rule result is not a vector or scalar'],
    ['- {record: r, expr: x}', 'exceeded limit of 1 with 2 series'],
    ['- {alert: r, expr: x}', 'exceeded limit of 1 with 2 alerts'],
  ])('%s fails: %s', async (rule, error) => {
    const storage = storageOf({ a: [1], b: [1] }, 1);
    const runner = runnerOf(inGroup(`      ${rule}\n      - {record: after, expr: '1'}\n`, '    limit: 1\n'), storage);
    runner.restore();
    await runner.evaluate(0);
    expect(runner.state.rules.map(({ health, lastError }) => [health, lastError])).toEqual([
      ['err', error],
      ['ok', ''],
    ]);
  });

  it('looks at earlier data with an offset, and writes with its time', async () => {
    const storage = storageOf({ a: [1, 2, 3] }, 3);
    const runner = runnerOf(inGroup('      - {record: late, expr: x}\n', '    query_offset: 15s\n'), storage);
    await runner.evaluate(2 * STEP_MS);
    const [columns] = storage.select([{ name: METRIC_NAME, matches: (name: string) => name === 'late' } as never], {
      startMs: 0,
      endMs: 1e6,
    });
    expect([...(columns?.times ?? [])]).toEqual([STEP_MS]);
    expect([...(columns?.values ?? [])]).toEqual([2]);
  });
});

describe('restoring after a restart', () => {
  const rule = inGroup('      - {alert: Long, expr: x > 0, for: 30m}\n');
  const minutes = (count: number) => count * 60_000;
  /** Active since minute 0, down after minute `downMin`, back at `backMin`. */
  const restored = async (downMin: number, backMin: number) => {
    const storage = new MemoryStorage();
    const labels = { alertname: 'Long', kind: 'a' };
    storage.append({ [METRIC_NAME]: 'ALERTS_FOR_STATE', ...labels }, { ms: minutes(downMin), value: 0 });
    storage.append({ [METRIC_NAME]: 'x', kind: 'a' }, { ms: minutes(backMin), value: 1 });
    const runner = runnerOf(rule, storage, minutes(backMin));
    await runner.evaluate(minutes(backMin));
    runner.restore();
    return (runner.state.rules[0]?.alerts?.active[0]?.activeAtMs ?? Number.NaN) / 60_000;
  };
  it.each([
    ['goes on waiting, the outage not counted', 10, 15, 5],
    ['waits ten minutes at least', 25, 30, 10],
    ['had fired before', 40, 45, 0],
    ['is forgotten after an hour', 10, 75, 75],
  ])('%s', async (_, downMin, backMin, activeMin) => {
    expect(await restored(downMin, backMin)).toBe(activeMin);
  });
});

describe('a written past', () => {
  const RULES = `groups:
  - name: g
    rules:
      - {record: k:x:sum, expr: sum by (kind) (x)}
      - {record: k:x:max, expr: "max_over_time(k:x:sum[1m])"}
      - {alert: High, expr: k:x:sum > 1, for: 30s, keep_firing_for: 15s, labels: {at: '{{ $value }}'}}
      - {alert: Now, expr: x == 3}
`;
  const given: Given = {
    a: [0, 2, 2, 2, 2, 3, 3, 1, 1, 1, 2, 2, 2, 1, 1, 1],
    b: [1, 1, 3, 3, 3, 3, 3, 3, 1, 1, 1, 0, 0, 0, 0, 2],
  };

  it('holds the same samples as if every moment had been evaluated', async () => {
    const live = storageOf(given, 16);
    const runner = runnerOf(RULES, live);
    runner.restore();
    for (let step = 0; step < 16; step++) await runner.evaluate(step * STEP_MS);
    const past = storageOf(given, 16);
    await recordHistory({
      groups: readRuleFile(RULES).groups,
      storage: past,
      fromMs: -1,
      toMs: 15 * STEP_MS,
      intervalMs: STEP_MS,
      offsetMs: () => 0,
      externalUrl: '',
    });
    const samples = (storage: MemoryStorage) =>
      storage.select([], { startMs: 0, endMs: 1e9 }).map(({ labels, times, values, stale }) => ({
        labels,
        samples: [...times].flatMap((ms, index) => (stale?.[index] === 1 ? [] : [[ms, values[index]]])),
      }));
    expect(samples(past)).toEqual(samples(live));
    expect(samples(past).filter(({ labels }) => labels[METRIC_NAME] === 'ALERTS').length).toBeGreaterThan(4);
  });
});

describe('the moments of evaluation', () => {
  it('are the same for the same group, within its interval', () => {
    const offset = slotOffsetMs('/etc/prometheus/rules.yml', 'sse-alerts', 15_000);
    expect(offset).toBe(slotOffsetMs('/etc/prometheus/rules.yml', 'sse-alerts', 15_000));
    expect(offset).not.toBe(slotOffsetMs('/etc/prometheus/rules.yml', 'sse-slo', 15_000));
    expect(offset).toBeGreaterThanOrEqual(0);
    expect(offset).toBeLessThan(15_000);
    expect(slotAt(61_000, 15_000, 4_000)).toBe(49_000);
    expect(slotAt(64_000, 15_000, 4_000)).toBe(64_000);
  });

  it('lie on the grid while the loop runs, and alerts are written from the third on', async () => {
    const storage = new MemoryStorage();
    storage.append({ [METRIC_NAME]: 'x', kind: 'a' }, { ms: Date.now() - 1000, value: 1 });
    const { groups } = readRuleFile(inGroup("      - {record: r, expr: '1'}\n      - {alert: A, expr: x}\n"));
    const loop = startRules({
      groups,
      storage,
      file: 'rules.yml',
      intervalMs: 20,
      offsetMs: () => 3,
      externalUrl: '',
      now: Date.now,
    });
    const timesOf = (name: string) => {
      const matcher = { name: METRIC_NAME, matches: (value: string) => value === name } as never;
      return storage.select([matcher], { startMs: 0, endMs: Number.POSITIVE_INFINITY }).map(({ times }) => [...times]);
    };
    await expect.poll(() => timesOf('ALERTS').length, { timeout: 10_000, interval: 5 }).toBe(1);
    await loop.stop();
    const [recorded = []] = timesOf('r');
    const [alerts = []] = timesOf('ALERTS');
    expect(recorded.every((ms) => ms % 20 === 3)).toBe(true);
    expect(alerts[0]).toBe(recorded[2]);
    const count = recorded.length;
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(timesOf('r')[0]?.length).toBe(count);
  });
});
