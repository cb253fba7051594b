import { describe, expect, it } from 'vitest';
import type { Labels } from '../../src/model/labels.ts';
import { commonLabels, labelValue, renderLabels, seriesLetter } from '../../src/render/labels.ts';

describe('renderLabels', () => {
  it.each<[Labels, string]>([
    [{}, '{}'],
    [{ __name__: 'up' }, 'up'],
    [{ __name__: 'up', job: 'x', instance: 'y' }, 'up{instance="y", job="x"}'],
    [{ job: 'a"b\\c\nd' }, '{job="a\\"b\\\\c\\nd"}'],
    [{ __name__: 'http.requests', 'a.b': 'c' }, '{"http.requests", "a.b"="c"}'],
    [{ job: '\x1b[31m\u202e' }, '{job="\\x1b[31m\\u202e"}'],
    [{ Z: '1', a: '2', é: '3' }, '{Z="1", a="2", "é"="3"}'],
  ])('writes %j as %s', (labels, text) => {
    expect(renderLabels(labels)).toBe(text);
  });

  it('leaves labels out', () => {
    expect(renderLabels({ __name__: 'up', job: 'x', le: '1' }, ['__name__', 'job'])).toBe('{le="1"}');
  });
});

describe('commonLabels', () => {
  it.each<[readonly Labels[], readonly (readonly [string, string])[]]>([
    [[], []],
    [[{ a: '1' }], []],
    [
      [
        { a: '1', b: '2' },
        { a: '1', b: '3' },
      ],
      [['a', '1']],
    ],
    [[{ a: '1' }, {}], []],
    [[{ constructor: 'x' }, {}], []],
  ])('of %j are %j', (sets, common) => {
    expect(commonLabels(sets)).toEqual(common);
  });
});

it('knows only own labels', () => {
  expect(labelValue({}, 'constructor')).toBeUndefined();
  expect(labelValue(JSON.parse('{"__proto__":"x"}'), '__proto__')).toBe('x');
});

it.each([
  [0, 'A'],
  [25, 'Z'],
  [26, 'AA'],
  [51, 'AZ'],
  [52, 'BA'],
  [701, 'ZZ'],
  [702, 'AAA'],
])('series %i is %s', (index, letter) => {
  expect(seriesLetter(index)).toBe(letter);
});
