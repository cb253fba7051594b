import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { interpolate } from '../../../src/explorer/dashboard/interpolate.ts';
import { MOST_PANELS, readDashboard } from '../../../src/explorer/dashboard/read-dashboard.ts';
import { repeatPanels } from '../../../src/explorer/dashboard/repeat.ts';
import { resolveVariables, valuesOf } from '../../../src/explorer/dashboard/resolve-variables.ts';
import { builtIns, panelGrid } from '../../../src/explorer/dashboard/times.ts';
import type { DashboardView, Panel, PanelData } from '../../../src/explorer/dashboard/types.ts';
import { UserError } from '../../../src/model/errors.ts';
import { renderDashboard } from '../../../src/render/dashboard.ts';
import type { Source } from '../../../src/source/source.ts';
import { expectClean, expectWithin, hostileText, SEEDED, sampleNumbers, styles } from '../../helpers/hostile.ts';

const END = 1_763_800_005_000;
const WINDOW = { startMs: END - 3_600_000, endMs: END };
const GRID = panelGrid(WINDOW, 30, 15_000, true);

/** Anything where something else is expected. */
const junk: fc.Arbitrary<unknown> = fc.oneof(
  hostileText,
  fc.double(),
  fc.constantFrom(null, true, [], {}, -1, 1e308, '$__all', [[[]]], { toString: 1 }, '__proto__'),
);
const or = (wanted: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 4, arbitrary: wanted }, { weight: 1, arbitrary: junk });

const KINDS = [
  ...['timeseries', 'stat', 'gauge', 'bargauge', 'table', 'state-timeline', 'heatmap', 'text', 'row', 'graph'],
  ...['singlestat', 'piechart', 'geomap', 'constructor', ''],
];

const mapping = fc.oneof(
  fc.record({ type: fc.constant('value'), options: fc.dictionary(fc.string(), fc.record({ text: hostileText })) }),
  fc.record({
    type: fc.constant('regex'),
    options: fc.record({ pattern: hostileText, result: fc.record({ text: hostileText }) }),
  }),
  fc.record({
    type: fc.constant('range'),
    options: fc.record({ from: or(fc.double()), result: fc.record({ text: hostileText }) }),
  }),
  junk,
);

const panel = fc.record(
  {
    type: or(fc.constantFrom(...KINDS)),
    title: or(hostileText),
    gridPos: or(fc.record({ x: or(fc.integer()), y: or(fc.nat(40)), w: or(fc.nat(30)), h: or(fc.nat(20)) })),
    targets: or(
      fc.array(or(fc.record({ expr: or(hostileText), legendFormat: or(hostileText), refId: or(fc.string()) })), {
        maxLength: 3,
      }),
    ),
    fieldConfig: or(
      fc.record({
        defaults: or(
          fc.record({
            unit: or(fc.oneof(hostileText, fc.constantFrom('s', 'bytes', 'reqps', 'percent', 'dateTimeAsIso'))),
            decimals: or(fc.integer()),
            min: or(sampleNumbers),
            max: or(sampleNumbers),
            mappings: or(fc.array(mapping, { maxLength: 3 })),
            thresholds: or(
              fc.record({
                mode: or(fc.constant('percentage')),
                steps: or(
                  fc.array(or(fc.record({ value: or(sampleNumbers), color: or(hostileText) })), { maxLength: 4 }),
                ),
              }),
            ),
          }),
        ),
        overrides: or(
          fc.array(
            or(
              fc.record({
                matcher: or(fc.record({ id: fc.constantFrom('byName', 'byRegexp'), options: hostileText })),
                properties: or(
                  fc.array(or(fc.record({ id: fc.constantFrom('unit', 'displayName'), value: or(hostileText) })), {
                    maxLength: 2,
                  }),
                ),
              }),
            ),
            { maxLength: 2 },
          ),
        ),
      }),
    ),
    options: or(
      fc.record({
        content: or(hostileText),
        reduceOptions: or(fc.record({ calcs: or(fc.array(or(fc.constantFrom('mean', 'max')), { maxLength: 2 })) })),
      }),
    ),
    repeat: or(fc.constantFrom('a', 'b')),
    collapsed: or(fc.boolean()),
    panels: or(fc.array(junk, { maxLength: 3 })),
    transformations: or(fc.array(junk, { maxLength: 2 })),
  },
  { requiredKeys: [] },
);

const variable = fc.record(
  {
    name: or(fc.constantFrom('a', 'b', 'c')),
    type: or(fc.constantFrom('query', 'custom', 'interval', 'constant', 'textbox', 'datasource', 'adhoc')),
    query: or(fc.oneof(hostileText, fc.constantFrom('label_values(up, job)', '$a', '$b,$c', 'x : y, z', 'metrics(()'))),
    regex: or(fc.constantFrom('', '/(.*)/', '(?<value>x)', '((', '/[/')),
    current: or(fc.record({ value: or(fc.array(or(hostileText), { maxLength: 3 })) })),
    multi: or(fc.boolean()),
    includeAll: or(fc.boolean()),
    sort: or(fc.nat(9)),
  },
  { requiredKeys: [] },
);

const dashboards = fc.record(
  {
    title: or(hostileText),
    time: or(fc.record({ from: or(hostileText), to: or(hostileText) })),
    refresh: or(hostileText),
    panels: or(fc.array(or(panel), { maxLength: 5 })),
    rows: or(
      fc.array(
        or(
          fc.record({
            title: or(hostileText),
            height: or(hostileText),
            panels: or(fc.array(or(panel), { maxLength: 2 })),
          }),
        ),
        { maxLength: 2 },
      ),
    ),
    templating: or(fc.record({ list: or(fc.array(or(variable), { maxLength: 4 })) })),
    __inputs: or(fc.array(junk, { maxLength: 2 })),
  },
  { requiredKeys: [] },
);

/** Answers questions for variables with what a hostile server would say. */
function hostileSource(values: readonly string[]): Source {
  const list = async () => ({ items: values, warnings: [] });
  return {
    labelValues: list,
    labelNames: list,
    series: async () => ({ items: [], warnings: [] }),
  } as unknown as Source;
}

function dataFor(names: readonly string[], numbers: readonly number[]): PanelData {
  const series = names.map((name, index) => ({
    name,
    refId: 'A',
    labels: { le: String(index), name },
    samples: numbers.map((value, at) => ({ ms: GRID.startMs + at * GRID.stepMs, value })),
  }));
  return {
    grid: GRID,
    series,
    samples: [],
    values: series.map(({ name, refId, labels }) => ({ name, refId, labels, value: numbers[0] })),
    errors: names.slice(0, 1).map((message) => ({ kind: 'query', refId: 'A', message })),
    warnings: names.slice(0, 1),
    queries: [],
  };
}

function viewOf(panels: readonly Panel[], text: string, data: PanelData): DashboardView {
  return {
    ...{ title: text, server: text, ...WINDOW, live: true, askedMs: END, refreshMs: 5_000, paused: false, waiting: 1 },
    variables: [{ label: text, chosen: [text], all: true }],
    panels: panels.map((each) => ({ panel: each, title: each.title, content: each.content, data, staleMs: END })),
    notes: [text],
    lost: { sinceMs: END, message: text },
  };
}

describe('a dashboard that somebody made up', () => {
  it('is refused with a reason, or drawn within the width and without control characters', async () => {
    await fc.assert(
      fc.asyncProperty(
        dashboards,
        styles,
        fc.array(hostileText, { minLength: 1, maxLength: 3 }),
        fc.array(sampleNumbers, { maxLength: 4 }),
        async (json, style, texts, numbers) => {
          let dashboard: ReturnType<typeof readDashboard>;
          try {
            dashboard = readDashboard(JSON.stringify(json), { name: 'x' });
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
            return;
          }
          const own = new Map(builtIns(GRID, WINDOW, 15_000, 'x'));
          const resolved = await resolveVariables(dashboard, {
            source: hostileSource(texts),
            signal: new AbortController().signal,
            ...WINDOW,
            given: new Map(),
            builtIns: own,
          });
          const { panels } = repeatPanels(dashboard.panels, resolved, MOST_PANELS);
          expect(panels.length).toBeLessThanOrEqual(MOST_PANELS);
          for (const { targets } of panels)
            for (const { expr } of targets) interpolate(expr, valuesOf(resolved), 'query');
          const { head, body } = renderDashboard(viewOf(panels, texts[0] ?? '', dataFor(texts, numbers)), style);
          const text = [...head, ...body].join('\n');
          expectClean(text, style);
          expectWithin(text, style.width);
        },
      ),
      SEEDED,
    );
  });

  it.each([
    ['a million panels', () => `{"panels":[${'{"type":"stat"},'.repeat(999_999)}{}]}`, 'left out'],
    [
      'a million values',
      () => `{"panels":[],"templating":{"list":[{"name":"a","options":[${'1,'.repeat(999_999)}1]}]}}`,
      '',
    ],
    ['a list within a list, and so on', () => `{"panels":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, ''],
    ['a title of a million characters', () => `{"panels":[],"title":"${'x'.repeat(1e6)}"}`, ''],
    [
      'a query of nothing but variables',
      () => `{"panels":[{"type":"stat","targets":[{"expr":"${'${'.repeat(40_000)}"}]}]}`,
      '',
    ],
    [
      'a legend of nothing but braces',
      () => `{"panels":[{"type":"stat","targets":[{"expr":"x","legendFormat":"${'{{ '.repeat(30_000)}"}]}]}`,
      '',
    ],
  ])('%s is read in bounds', (_, text, note) => {
    const { panels, notes } = readDashboard(text(), { name: 'x' });
    expect(panels.length).toBeLessThanOrEqual(MOST_PANELS);
    expect(notes.join()).toContain(note);
  });

  it('larger than 20 MB is refused', () => {
    expect(() => readDashboard(`{"panels":["${'x'.repeat(20_000_001)}"]}`, { name: 'x' })).toThrow('larger than 20 MB');
  });
});
