import { describe, expect, it } from 'vitest';
import { describeNode } from '../../src/advise/describe-node.ts';
import { parse } from '../../src/promql/parse.ts';

function described(query: string): string {
  const parsed = parse(query);
  if (parsed.kind === 'error') throw new Error(parsed.diagnostics[0]?.message);
  return describeNode(parsed.expr);
}

describe('what an aggregation leaves of the labels', () => {
  it.each([
    ['sum(a)', /All series are one group; no label is left\.$/],
    ['sum by (b) (a)', /A group is what has the same b; other labels go\.$/],
    ['sum without (b) (a)', /A group is what differs only in b\.$/],
    ['count_values("v", a)', /All series are one group; no other label is left\.$/],
    ['topk(2, a)', /with all their labels\. All series are one group\.$/],
    ['bottomk by (b) (2, a)', /with all their labels\. A group is what has the same b\.$/],
  ])('%s', (query, words) => {
    expect(described(query)).toMatch(words);
  });
});
