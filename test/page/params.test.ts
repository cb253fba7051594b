import { describe, expect, it } from 'vitest';
import { EMPTY_PANEL, type Panel, pageUrl, panelsOf, rangeText } from '../../src/page/params.ts';

const HOUR = 3_600_000;
const NOON = Date.UTC(2026, 0, 31, 12);

describe('the panels of an address', () => {
  it.each<[string, Partial<Panel>]>([
    ['', {}],
    ['g0.expr=up', { expr: 'up' }],
    ['g0.expr=up&g0.tab=1', { expr: 'up' }],
    ['g0.expr=up&g0.tab=table', { expr: 'up' }],
    ['g0.expr=up&g0.tab=0', { expr: 'up', tab: 'graph' }],
    ['g0.expr=up&g0.tab=graph', { expr: 'up', tab: 'graph' }],
    ['g0.expr=up&g0.range_input=90m', { expr: 'up', rangeMs: 1.5 * HOUR }],
    ['g0.expr=up&g0.range_input=60', { expr: 'up', rangeMs: 60_000 }],
    ['g0.expr=up&g0.end_input=2026-01-31+12%3A00%3A00', { expr: 'up', endMs: NOON }],
    ['g0.expr=up&g0.end_input=2026-01-31T12%3A00', { expr: 'up', endMs: NOON }],
    ['g0.expr=up&g0.end_input=2026-01-31T14%3A00%3A00%2B02%3A00', { expr: 'up', endMs: NOON }],
    ['g0.expr=up&g0.end_input=1769860800', { expr: 'up', endMs: NOON }],
    ['g0.expr=up&g0.moment_input=2026-01-31+12%3A00%3A00', { expr: 'up', endMs: NOON }],
    ['g0.expr=up&g0.step_input=15', { expr: 'up', stepMs: 15_000 }],
    ['g0.expr=up&g0.step_input=2m', { expr: 'up', stepMs: 120_000 }],
    ['g0.expr=up&g0.res_type=fixed&g0.res_step=30', { expr: 'up', stepMs: 30_000 }],
  ])('%s', (query, panel) => {
    expect(panelsOf(new URLSearchParams(query))).toEqual([{ ...EMPTY_PANEL, ...panel }]);
  });

  it.each<[string, string]>([
    ['g0.range_input=abc', 'cannot read the range "abc"'],
    ['g0.range_input=-5m', 'cannot read the range'],
    ['g0.range_input=0', 'cannot read the range'],
    ['g0.range_input=999999999999y', 'cannot read the range'],
    ['g0.end_input=yesterday', 'cannot read the time'],
    ['g0.end_input=2026-13-45', 'cannot read the time'],
    ['g0.end_input=2026-02-30+12:00', 'cannot read the time'],
    ['g0.step_input=-1', 'cannot read the step'],
  ])('says what is wrong with %s, and goes on with what it would be without', (query, problem) => {
    const [panel] = panelsOf(new URLSearchParams(query));
    expect(panel).toEqual({ ...EMPTY_PANEL, problems: [expect.stringContaining(problem)] });
  });

  it('takes several in the order of their numbers, and not without end', () => {
    const exprs = (query: string) => panelsOf(new URLSearchParams(query)).map(({ expr }) => expr);
    expect(exprs('g10.expr=c&g2.expr=b&g0.expr=a')).toEqual(['a', 'b', 'c']);
    const many = Array.from({ length: 500 }, (_, at) => `g${at}.expr=x`).join('&');
    expect(exprs(many)).toHaveLength(12);
  });

  it('makes addresses that mean the same', () => {
    const panels: readonly Panel[] = [
      { ...EMPTY_PANEL, expr: 'sum by (a) (x{b="&=+%#\\n"}) # comment\n', tab: 'graph', rangeMs: 90_000 },
      { ...EMPTY_PANEL, expr: 'up', endMs: NOON, stepMs: 7_000 },
    ];
    expect(panelsOf(new URL(pageUrl(panels), 'http://localhost').searchParams)).toEqual(panels);
  });

  it.each([
    [HOUR, '1h'],
    [90 * 60_000, '90m'],
    [7 * 24 * HOUR, '1w'],
    [61_000, '61s'],
    [500, '500ms'],
  ])('writes %i ms as %s', (ms, text) => {
    expect(rangeText(ms)).toBe(text);
  });
});
