import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../src/promql/diagnostic.ts';
import { ALL_FEATURES, featuresOf } from '../../src/promql/features.ts';
import { parse, parseSelector } from '../../src/promql/parse.ts';
import { selectorsOf } from '../../src/promql/walk.ts';
import { bare } from './bare.ts';

/** All problems of a text with all features on, as Prometheus would print each. */
function problems(text: string, options = ALL_FEATURES): readonly string[] {
  const result = parse(text, options);
  return result.kind === 'ok' ? [] : result.diagnostics.map((diagnostic) => formatDiagnostic(text, diagnostic));
}

function tree(text: string): unknown {
  const result = parse(text, ALL_FEATURES);
  if (result.kind === 'error') throw new Error(`${text}: ${result.diagnostics[0].message}`);
  return bare(result.expr);
}

describe('what is accepted', () => {
  it.each([
    'up',
    'job:requests:rate5m',
    'sum by (job) (rate(requests_total{code=~"5.."}[5m])) / ignoring (code) group_left (team) sum(x) > bool 0.5',
    'sum(x) without (instance)',
    'sum without (instance,) (x)',
    'topk(3, x)',
    'count_values("version", build_info)',
    '{"http.server.duration", \'service name\'=`a\\b`}',
    '{__name__=~"node_.+"}',
    'by + offset + start + end + step + range + without',
    'sum{a="b"} + fill + fill_left',
    'x offset -5m @ start()',
    'x @ end() offset 1h30m',
    'x[5m] @ 1609746000.5',
    'max_over_time(rate(x[1m])[1h:30s] offset 5m)[2h:]',
    '0x1F + 1_000 + .5 + 1e-3 + Inf + nan + 5m',
    'x # the rest is not read\n + y',
    '"text"',
    'x[30s * 2 + step()] offset -max_of(1m, range())',
    'rate(x[5m] anchored) + rate(y[5m] smoothed)',
    'a + on (job) group_left fill_right (0) b',
    'a - fill (-Inf) b',
    'sum by ("label with space", and, bool) (x)',
    'STEP() + Start() - end()',
  ])('%s', (text) => {
    expect(problems(text)).toEqual([]);
  });
});

describe('what is refused, in the words and at the place of Prometheus', () => {
  it.each<[string, ...string[]]>([
    ['', 'unknown position: parse error: no expression found in input'],
    ['rate(x)', '1:6: parse error: expected type range vector in call to function "rate", got instant vector'],
    ['sum(x[5m])', '1:5: parse error: expected type instant vector in aggregation expression, got range vector'],
    ['x[5m] * 2', '1:1: parse error: binary expression must contain only scalar and instant vector types'],
    ['rate(sum(x)[5m])', '1:12: parse error: ranges only allowed for vector selectors'],
    ['rate(x offset 5m [1m])', '1:18: parse error: no offset modifiers allowed before range'],
    [
      'rate(x[1m]) offset 5m',
      '1:1: parse error: offset modifier must be preceded by an instant vector selector or range vector selector or a subquery',
    ],
    ['sum(x', '1:6: parse error: unclosed left parenthesis'],
    ['clamp(x, , 1, 2)', '1:8: parse error: trailing commas not allowed in function call args'],
    ['x / on (a) group_left * 3', '1:23: parse error: unexpected <op:*> in grouping opts, expected "("'],
    ['x[:1m]', '1:4: parse error: unexpected colon before duration in duration expression'],
    ['x{a!', "1:4: parse error: unexpected character after '!' inside braces: '\ufffd'"],
    ['up[5m', '1:6: parse error: unclosed left bracket'],
    ['up{job="x"', '1:11: parse error: unexpected end of input inside braces'],
    ['nope(up)', '1:1: parse error: unknown function with name "nope"'],
    ['up{job=prom}', '1:8: parse error: unexpected identifier "prom" in label matching, expected string'],
    ['x{code=200}', "1:8: parse error: unexpected character inside braces: '2'"],
    ['up = 1', '1:4: parse error: unexpected "="'],
    ['up && up', "1:4: parse error: unexpected character: '&'"],
    ['!up', "1:1: parse error: unexpected character after '!': 'u'"],
    ['sum(up) by job', '1:12: parse error: unexpected identifier "job" in grouping opts, expected "("'],
    ['sum by (a b) (x)', '1:11: parse error: unexpected identifier "b" in grouping opts, expected "," or ")"'],
    ['1 > 2', '1:3: parse error: comparisons between scalars must use BOOL modifier'],
    ['{}', '1:1: parse error: vector selector must contain at least one non-empty matcher'],
    ['up{job=~"["}', '1:4: parse error: error parsing regexp: missing closing ]: `[`'],
    ['up{job=~"("}', '1:4: parse error: error parsing regexp: missing closing ): `(`'],
    ['SELECT * FROM x', '1:15: parse error: unexpected identifier "x"'],
    ['x\n+ é', "2:3: parse error: unexpected character: 'é'"],
    ['"é" + x y', '1:10: parse error: unexpected identifier "y"'],
    ['sum(x y)', '1:7: parse error: unexpected identifier "y" in aggregation'],
    [
      'x offset y',
      '1:10: parse error: unexpected identifier "y" in offset, expected number, duration, step(), or range()',
    ],
    ['x @ y', '1:5: parse error: unexpected identifier "y" in @, expected timestamp'],
    ['x[5m 5m]', '1:6: parse error: unexpected duration "5m" in subquery or range, expected ":" or "]"'],
    ['x offset 1m offset 2m', '1:1: parse error: offset may not be set multiple times'],
    ['x @ 1 @ 2', '1:1: parse error: @ <timestamp> may not be set multiple times'],
    ['x)', "1:3: parse error: unexpected right parenthesis ')'"],
    ['clamp(x, 1)', '1:1: parse error: expected 3 argument(s) in call to "clamp", got 2'],
    ['label_join(x)', '1:1: parse error: expected at least 3 argument(s) in call to "label_join", got 1'],
    ['a * on (x) group_left (x) b', '1:3: parse error: label "x" must not occur in ON and GROUP clause at once'],
    ['x[1h:1m][5m] anchored smoothed', '1:9: parse error: ranges only allowed for vector selectors'],
    ['x anchored smoothed', '1:1: parse error: anchored and smoothed modifiers cannot be used together'],
    ['a and fill (0) b', '1:1: parse error: filling in missing series not allowed for set operators'],
    ['x{a="\\xzz"}', "1:5: parse error: illegal character U+007A 'z' in escape sequence"],
    ['sum by ("") (x)', '1:9: parse error: invalid label name for grouping: ""'],
  ])('%s', (text, first) => {
    expect(problems(text)[0]).toBe(first);
  });

  it.each<[string, readonly string[]]>([
    [
      'x{a=b, c==d, "e"} + y{1',
      [
        '1:5: parse error: unexpected identifier "b" in label matching, expected string',
        '1:10: parse error: unexpected "=" in label matching, expected string',
        "1:23: parse error: unexpected character inside braces: '1'",
      ],
    ],
    [
      'rate(x) + nope(y) + noppe(z)',
      ['1:11: parse error: unknown function with name "nope"', '1:21: parse error: unknown function with name "noppe"'],
    ],
    [
      'rate(x) + increase(y) > bool sum(z[5m])',
      [
        '1:6: parse error: expected type range vector in call to function "rate", got instant vector',
        '1:20: parse error: expected type range vector in call to function "increase", got instant vector',
        '1:34: parse error: expected type instant vector in aggregation expression, got range vector',
      ],
    ],
    ['rate(x[1m])[1h] @ 100', ['1:12: parse error: ranges only allowed for vector selectors']],
  ])('several at once: %s', (text, all) => {
    expect(problems(text)).toEqual(all);
  });
});

describe('what is bounded', () => {
  it.each([
    ['parentheses', '('.repeat(5000), 'expression nests too deeply: more than 500 levels'],
    ['signs', `${'-'.repeat(5000)}x`, 'expression nests too deeply: more than 500 levels'],
    ['powers', `x${'^x'.repeat(5000)}`, 'expression nests too deeply: more than 500 levels'],
    ['durations', `x[${'('.repeat(5000)}`, 'expression nests too deeply: more than 500 levels'],
    ['operators', `x${'+x'.repeat(5000)}`, 'expression is too long: more than 1000 operators'],
    ['subqueries', `x${'[1m:]'.repeat(5000)}`, 'expression is too long: more than 1000 operators'],
    ['length', 'x'.repeat(200_001), 'query is too long: 200001 characters, at most 200000 are read'],
    [
      'pattern',
      `x{a=~"${'b.'.repeat(10_000)}"}`,
      'error parsing regexp: expression too large: it has 20000 characters',
    ],
    ['repetition', 'x{a=~"((b{1000}){1000})"}', 'error parsing regexp: invalid repeat count: `{1000}`'],
  ])('%s', (_what, text, message) => {
    const result = parse(text);
    expect(result.kind === 'error' && result.diagnostics[0].message).toBe(message);
  });

  it('reads what comes close to the bounds', () => {
    expect(parse(`${'('.repeat(490)}x${'+x'.repeat(990)}${')'.repeat(490)}`).kind).toBe('ok');
  });
});

describe('features', () => {
  it.each([
    ['mad_over_time(x[5m])', 'function "mad_over_time" is not enabled'],
    [
      'limitk(1, x)',
      'limitk() is experimental and must be enabled with --enable-feature=promql-experimental-functions',
    ],
    ['x[5m] anchored', 'anchored modifier is experimental and not enabled'],
    ['a + fill (0) b', 'binop fill modifiers are experimental and not enabled'],
  ])('%s needs its flag', (text, message) => {
    const result = parse(text);
    expect(result.kind === 'error' && result.diagnostics[0].message).toBe(message);
    expect(problems(text)).toEqual([]);
  });

  it('can switch duration expressions off', () => {
    const result = parse('x[5m + 1m]', { durationExpressions: false });
    expect(result.kind === 'error' && result.diagnostics[0].message).toBe(
      'experimental duration expression is not enabled',
    );
    expect(parse('x[5m + 1m]').kind).toBe('ok');
  });

  it('knows the words of --enable-feature', () => {
    expect(featuresOf(['promql-experimental-functions', 'native-histograms'])).toEqual({
      features: { experimentalFunctions: true },
      unknown: ['native-histograms'],
    });
  });
});

describe('trees', () => {
  it.each([
    ['a + b * c ^ d ^ e', 'a + (b * (c ^ (d ^ e)))'],
    ['a - b - c', '(a - b) - c'],
    ['-a ^ 2 * b', '(-(a ^ 2)) * b'],
    ['a or b and c unless d', 'a or ((b and c) unless d)'],
    ['a == b + c > d', '(a == (b + c)) > d'],
    ['a - a offset 5m', 'a - (a offset 5m)'],
    ['a * b atan2 c', '(a * b) atan2 c'],
    ['2 ^ -a * b', '(2 ^ (-a)) * b'],
    ['x offset 2 ^ 2', '(x offset 2) ^ 2'],
    ['x offset -2 * 2', '(x offset -2) * 2'],
  ])('%s means %s', (text, meant) => {
    expect(withoutParens(tree(text))).toEqual(withoutParens(tree(meant)));
  });

  it('has numbers with their signs, units and notations', () => {
    expect(tree('-5m')).toEqual({ kind: 'number', value: -300, duration: true });
    expect(tree('-0755')).toEqual({ kind: 'number', value: -493, duration: false });
    expect(tree('0x_ff')).toEqual({ kind: 'number', value: 255, duration: false });
    expect(tree('"\\u00e9\\x41\\101\\n"')).toEqual({ kind: 'string', value: 'éAA\n' });
    expect(tree('`\\n`')).toEqual({ kind: 'string', value: '\\n' });
  });

  it('says where everything is', () => {
    const text = 'sum by (job) (rate(x{a="b"}[5m] offset 1m))';
    const result = parse(text);
    if (result.kind === 'error' || result.expr.kind !== 'aggregation') throw new Error('not an aggregation');
    const [selector] = selectorsOf(result.expr);
    const shown = (span?: { start: number; end: number }) => span && text.slice(span.start, span.end);
    expect(shown(result.expr.modifierSpan)).toBe('by (job)');
    expect(shown(result.expr.expr.span)).toBe('rate(x{a="b"}[5m] offset 1m)');
    expect(shown(selector?.matchers[0]?.span)).toBe('a="b"');
    expect(shown(selector?.matchers[0]?.valueSpan)).toBe('"b"');
    expect(shown(selector?.offset?.span)).toBe('1m');
    expect(shown(selector?.span)).toBe('x{a="b"}');
  });

  it('knows the length of a range unless it depends on the query', () => {
    expect(tree('x[1m * 5]')).toMatchObject({ range: { ms: 300_000 } });
    expect(tree('x[step() * 5]')).toMatchObject({ range: { ms: undefined } });
  });
});

describe('parseSelector', () => {
  it('reads what match[] holds', () => {
    expect(parseSelector('up{job!="x"}')).toEqual({
      kind: 'ok',
      matchers: [
        { name: 'job', operator: '!=', value: 'x' },
        { name: '__name__', operator: '=', value: 'up' },
      ],
    });
  });

  it.each([
    ['sum(up)', '1:4', 'unexpected "("'],
    ['up + 1', '1:4', 'unexpected <op:+>'],
    ['5', '1:1', 'unexpected number "5"'],
  ])('refuses %s', (text, at, message) => {
    const result = parseSelector(text);
    expect(result.kind === 'error' && formatDiagnostic(text, result.diagnostics[0])).toBe(
      `${at}: parse error: ${message}`,
    );
  });
});

function withoutParens(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(withoutParens);
  if (node === null || typeof node !== 'object') return node;
  if ('kind' in node && node.kind === 'paren' && 'expr' in node) return withoutParens(node.expr);
  return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, withoutParens(part)]));
}
