import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareLabels, compareUtf8, labelsKey, labelsOf } from '../../src/model/labels.ts';

describe('compareUtf8', () => {
  it.each([
    ['a', 'b', -1],
    ['a', 'a', 0],
    ['a', 'ab', -1],
    ['é', 'z', 1],
    ['\uffee', '\u{1f600}', -1],
    ['\u{1f600}', '\u{1f601}', -1],
  ])('%s and %s', (a, b, sign) => {
    expect(Math.sign(compareUtf8(a, b))).toBe(sign);
    expect(Math.sign(compareUtf8(b, a))).toBe(sign === 0 ? 0 : -sign);
  });

  it('is the order of the bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (a, b) => {
        expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});

describe('label sets', () => {
  it.each([
    [{ a: '1' }, { a: '2' }, -1],
    [{ a: '1' }, { a: '1', b: '1' }, -1],
    [{ b: '1' }, { a: '9' }, 1],
    [{ b: '1', a: '1' }, { a: '1', b: '1' }, 0],
  ])('%j and %j', (a, b, sign) => {
    expect(Math.sign(compareLabels(a, b))).toBe(sign);
  });

  it('have one key per set, whatever the order of insertion', () => {
    expect(labelsKey({ b: '2', a: '1' })).toBe(labelsKey({ a: '1', b: '2' }));
    expect(labelsKey({ a: '1,b=2' })).not.toBe(labelsKey({ a: '1', b: '2' }));
  });

  it('take any name a server may send', () => {
    const labels = labelsOf([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
    expect(Object.entries(labels)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });
});
