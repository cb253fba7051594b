import { describe, expect, it } from 'vitest';
import { annotateExposition } from '../../src/explorer/annotate-exposition.ts';

const TEXT = `# HELP a_total Things.
# TYPE a_total counter
a_total{x="1"} 2
a_total{x="2"} 3
# HELP b Size.
# TYPE b histogram
b_bucket{le="1"} 1
b_bucket{le="+Inf"} 2
b_sum 3
b_count 2
`;

describe('annotateExposition', () => {
  it('keeps every line as it stands', () => {
    const lines = annotateExposition(TEXT).map(({ line }) => line);
    expect(`${lines.join('\n')}\n`).toBe(TEXT);
  });

  it.each([
    ['# HELP a_total Things.', 'in the words of the application'],
    ['# TYPE a_total counter', 'rate(a_total[5m])'],
    ['a_total{x="1"} 2', 'name, labels, value'],
    ['# TYPE b histogram', 'rate(b_bucket[5m])'],
    ['b_bucket{le="1"} 1', 'up to its bound le'],
  ])('explains %s', (line, note) => {
    expect(annotateExposition(TEXT).find((each) => each.line === line)?.note).toContain(note);
  });

  it.each(['a_total{x="2"} 3', '# HELP b Size.', 'b_bucket{le="+Inf"} 2', 'b_sum 3'])('explains once: %s', (line) => {
    expect(annotateExposition(TEXT).find((each) => each.line === line)).toEqual({ line });
  });

  it('keeps the families that are asked for whole', () => {
    expect(annotateExposition(TEXT, 'SIZE').map(({ line }) => line)).toEqual(TEXT.trimEnd().split('\n').slice(4));
  });
});
