import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizeFloatLabel, openMetricsFloat } from '../../src/exposition/float.ts';
import { type ExpositionFormat, ExpositionParser } from '../../src/exposition/parse.ts';
import { seriesLabels } from '../../src/exposition/series.ts';

type Read = { labels: Record<string, string>; value: number; ms: number | undefined };

function read(text: string, format: ExpositionFormat = 'text', pieces = 1) {
  const samples: Read[] = [];
  const metadata: string[] = [];
  const parser = new ExpositionParser(format, {
    sample: (series, value, ms, type, line) =>
      void samples.push({ labels: seriesLabels(series, type, line), value, ms }),
    metadata: (kind, family, content) => void metadata.push(`${kind} ${family} ${content}`),
  });
  const size = Math.ceil(text.length / pieces) || 1;
  for (let at = 0; at < text.length; at += size) parser.push(text.slice(at, at + size));
  parser.end();
  return { samples, metadata };
}

describe('the text format', () => {
  const cases: [string, Read[]][] = [
    ['up 1\n', [{ labels: { __name__: 'up' }, value: 1, ms: undefined }]],
    ['up 1', [{ labels: { __name__: 'up' }, value: 1, ms: undefined }]],
    ['up{} 1 1500\n', [{ labels: { __name__: 'up' }, value: 1, ms: 1500 }]],
    ['a{x="1",y="2",} 0.5\n', [{ labels: { __name__: 'a', x: '1', y: '2' }, value: 0.5, ms: undefined }]],
    ['a { x = "1" , y = "2" } 1e3\n', [{ labels: { __name__: 'a', x: '1', y: '2' }, value: 1000, ms: undefined }]],
    ['a{x="}"} 1\n', [{ labels: { __name__: 'a', x: '}' }, value: 1, ms: undefined }]],
    ['a{x="q\\"b\\\\n\\nz"} 1\n', [{ labels: { __name__: 'a', x: 'q"b\\n\nz' }, value: 1, ms: undefined }]],
    ['{"my.metric",x="1"} 1\n', [{ labels: { __name__: 'my.metric', x: '1' }, value: 1, ms: undefined }]],
    ['a{"b.c"="1"} 1\n', [{ labels: { __name__: 'a', 'b.c': '1' }, value: 1, ms: undefined }]],
    ['a{x=""} 1\n', [{ labels: { __name__: 'a' }, value: 1, ms: undefined }]],
    [
      'a NaN\nb +Inf\nc -inf\n',
      [
        { labels: { __name__: 'a' }, value: Number.NaN, ms: undefined },
        { labels: { __name__: 'b' }, value: Number.POSITIVE_INFINITY, ms: undefined },
        { labels: { __name__: 'c' }, value: Number.NEGATIVE_INFINITY, ms: undefined },
      ],
    ],
    ['\n\n# a comment\n#\n# HELPLESS x\n  a 1\n', [{ labels: { __name__: 'a' }, value: 1, ms: undefined }]],
    [
      '# TYPE h histogram\nh_bucket{le="1"} 1\nh_bucket{le="1e6"} 2\n',
      [
        { labels: { __name__: 'h_bucket', le: '1.0' }, value: 1, ms: undefined },
        { labels: { __name__: 'h_bucket', le: '1e+06' }, value: 2, ms: undefined },
      ],
    ],
    ['h_bucket{le="1"} 1\n', [{ labels: { __name__: 'h_bucket', le: '1' }, value: 1, ms: undefined }]],
    [
      '# TYPE s summary\ns{quantile="0.50"} 1\n',
      [{ labels: { __name__: 's', quantile: '0.5' }, value: 1, ms: undefined }],
    ],
  ];
  it.each(cases)('%j', (text, samples) => {
    expect(read(text).samples).toEqual(samples);
  });

  it('reads metadata and undoes its escapes', () => {
    expect(read('# HELP a one\\ntwo \\\\ "x"\n# TYPE a counter\n# TYPE b untyped\n# HELP c\na 1\n').metadata).toEqual([
      'help a one\ntwo \\ "x"',
      'type a counter',
      'type b unknown',
      'help c ',
    ]);
  });

  it.each([
    ['<html>\n', 'line 1: expected a valid start token, got "<" ("INVALID") while parsing: "<"'],
    ['a 1\nup\n', 'line 2: expected value after metric, got "\\n" ("INVALID") while parsing: "up\\n"'],
    ['up one\n', 'line 1: strconv.ParseFloat: parsing "one": invalid syntax while parsing: "up one"'],
    ['up{a=1} 1\n', 'line 1: expected label value, got "1" ("INVALID") while parsing: "up{a=1"'],
    ['up{a"1"} 1\n', 'line 1: expected equal, got "\\"" ("INVALID") while parsing: "up{a\\""'],
    ['up{1="1"} 1\n', 'line 1: expected label name, got "1" ("INVALID") while parsing: "up{1"'],
    ['up{a="1" 1\n', 'line 1: expected label name, got "1" ("INVALID") while parsing: "up{a=\\"1\\" 1"'],
    ['{a="1"} 1\n', 'line 1: metric name not set while parsing: "{a=\\"1\\"} 1"'],
    ['up{"x"} 1\n', 'line 1: metric name already set while parsing: "up{\\"x\\"}"'],
    ['up 1 later\n', 'line 1: expected timestamp or new record, got "l" ("INVALID") while parsing: "up 1 l"'],
    ['up 1 15 x\n', 'line 1: expected next entry after timestamp, got "x" ("INVALID") while parsing: "up 1 15 x"'],
    ['# TYPE up thing\n', 'line 1: invalid metric type "thing"'],
    ['up{a="1",a="2"} 1\n', 'line 1: label name "a" is not unique: invalid sample'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });
});

describe('OpenMetrics', () => {
  it('reads timestamps in seconds, units and exemplars', () => {
    const text =
      '# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds say \\"hi\\"\na_seconds_total 1 1.5 # {id="x"} 3 1.2\nb{x="1"} 2 # {} 1\n# EOF\n';
    expect(read(text, 'openmetrics')).toEqual({
      samples: [
        { labels: { __name__: 'a_seconds_total' }, value: 1, ms: 1500 },
        { labels: { __name__: 'b', x: '1' }, value: 2, ms: undefined },
      ],
      metadata: ['type a_seconds counter', 'unit a_seconds seconds', 'help a_seconds say "hi"'],
    });
  });

  it.each([
    ['a 1\n', 'data does not end with # EOF'],
    ['# EOF\na 1\n', 'line 2: unexpected data after # EOF'],
    ['\n# EOF\n', 'line 1: expected a valid start token, got "\\n" ("INVALID")'],
    ['# UNIT a seconds\n# EOF\n', 'line 1: unit "seconds" not a suffix of metric "a"'],
  ])('refuses %j', (text, message) => {
    expect(() => read(text, 'openmetrics')).toThrow(message);
  });
});

describe('any cut into pieces', () => {
  it('reads the same', () => {
    const text = '# TYPE a counter\na{x="1"} 1 15\n\nb{y="}\\"{"} 2\n# c\nd NaN';
    fc.assert(
      fc.property(fc.integer({ min: 1, max: text.length }), (pieces) => {
        expect(read(text, 'text', pieces)).toEqual(read(text));
      }),
      { seed: 1 },
    );
  });
});

describe('numbers as label values', () => {
  it.each([
    ['1', '1.0'],
    ['0.50', '0.5'],
    ['1e6', '1e+06'],
    ['100000', '100000.0'],
    ['1234567', '1.234567e+06'],
    ['0.00001', '1e-05'],
    ['0.0001', '0.0001'],
    ['+Inf', '+Inf'],
    ['inf', '+Inf'],
    ['NaN', 'NaN'],
    ['abc', 'abc'],
    ['0x10', '0x10'],
    ['-0', '-0.0'],
  ])('%s is %s', (text, normalized) => {
    expect(normalizeFloatLabel(text)).toBe(normalized);
  });

  it('writes what reads back as the same number', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true }), (value) => {
        expect(Number(openMetricsFloat(value).replace('Inf', 'Infinity'))).toBe(value);
      }),
      { seed: 1 },
    );
  });
});
