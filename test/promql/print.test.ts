import { describe, expect, it } from 'vitest';
import type { Expr } from '../../src/promql/ast.ts';
import { ALL_FEATURES } from '../../src/promql/features.ts';
import { parse } from '../../src/promql/parse.ts';
import { print } from '../../src/promql/print.ts';
import { children, mapExpr, walk } from '../../src/promql/walk.ts';
import { bare } from './bare.ts';

function read(text: string): Expr {
  const result = parse(text, ALL_FEATURES);
  if (result.kind === 'error') throw new Error(`${text}: ${result.diagnostics[0].message}`);
  return result.expr;
}

describe('print', () => {
  it.each([
    ['sum(  rate ( x [ 300s ] ) )by(job)', 'sum by (job) (rate(x[5m]))'],
    ['sum by () (x)', 'sum(x)'],
    ['sum without () (x)', 'sum without () (x)'],
    ['a+on(x)group_left b', 'a + on (x) group_left () b'],
    ['a>=bool ignoring(x)b', 'a >= bool ignoring (x) b'],
    ["x{b='1',a!~`\\d`}", 'x{b="1",a!~"\\\\d"}'],
    ['{"a b", "c d"="e"}', '{__name__="a b","c d"="e"}'],
    ['x offset -90m @ end()', 'x @ end() offset -1h30m'],
    ['x[1d:]@1.5', 'x[1d:] @ 1.500'],
    ['1e21 + 1e-7 + 0x10', '1000000000000000000000 + 0.0000001 + 16'],
    ['(a+b)*c', '(a + b) * c'],
    ['-(1)', '-(1)'],
    ['- - x', '--x'],
    ['+Inf - -inf + nan', '+Inf - -Inf + NaN'],
    ['x[2m*(3+step())] offset -max_of(1,2s)', 'x[2m * (3 + step())] offset -max_of(1, 2s)'],
    ['a/fill(0)b + a/fill_right(1)b', 'a / fill (0) b + a / fill_right (1) b'],
    ['rate(x[5m]smoothed offset 1m)', 'rate(x[5m] smoothed offset 1m)'],
    ['"a\\nb" ', '"a\\nb"'],
    ['sum({"ü"} @ start())', 'sum({__name__="ü"} @ start())'],
  ])('%s', (text, printed) => {
    expect(print(read(text))).toBe(printed);
    expect(bare(read(printed))).toEqual(bare(read(text)));
  });

  it('adds the parentheses a tree built by hand needs', () => {
    const sum = read('a + b');
    const span = { start: 0, end: 0 };
    const built: Expr = { ...(read('x * y') as Extract<Expr, { kind: 'binary' }>), left: sum, right: sum };
    expect(print(built)).toBe('(a + b) * (a + b)');
    expect(print({ kind: 'unary', span, operator: '-', expr: sum })).toBe('-(a + b)');
    const subquery = read('x[5m:]') as Extract<Expr, { kind: 'subquery' }>;
    expect(print({ ...subquery, expr: sum })).toBe('(a + b)[5m:]');
  });
});

describe('walk and mapExpr', () => {
  it('visits everything with its ancestors', () => {
    const seen: string[] = [];
    walk(read('topk(3, sum(rate(x[5m])) / y)'), (node, path) => seen.push(`${path.length} ${node.kind}`));
    expect(seen).toEqual([
      '0 aggregation',
      '1 number',
      '1 binary',
      '2 aggregation',
      '3 call',
      '4 matrix',
      '5 vector',
      '2 vector',
    ]);
    expect(children(read('x'))).toEqual([]);
  });

  it('changes every selector and leaves the rest', () => {
    const renamed = mapExpr(read('rate(x[5m]) / (x offset 1m) + max_over_time((-x)[1h:])'), (node) =>
      node.kind === 'vector' ? { ...node, name: 'y' } : node,
    );
    expect(print(renamed)).toBe('rate(y[5m]) / (y offset 1m) + max_over_time((-y)[1h:])');
  });
});
