import type { Labels } from '../model/labels.ts';
import type { CompiledMatcher } from '../model/matcher.ts';

/** Which series have which label with which value. Series are known by number, given out in ascending order. */
export class LabelIndex {
  /** A value that only one series has, as ids have, stands with its number and without a list of its own. */
  private readonly postings = new Map<string, Map<string, number | number[]>>();

  add(id: number, labels: Labels): void {
    for (const [name, value] of Object.entries(labels)) {
      let values = this.postings.get(name);
      if (values === undefined) {
        values = new Map();
        this.postings.set(name, values);
      }
      const ids = values.get(value);
      if (ids === undefined) values.set(value, id);
      else if (typeof ids === 'number') values.set(value, [ids, id]);
      else ids.push(id);
    }
  }

  remove(id: number, labels: Labels): void {
    for (const [name, value] of Object.entries(labels)) {
      const values = this.postings.get(name);
      const left = listOf(values?.get(value)).filter((other) => other !== id);
      if (left.length > 0) values?.set(value, left);
      else values?.delete(value);
      if (values?.size === 0) this.postings.delete(name);
    }
  }

  names(): readonly string[] {
    return [...this.postings.keys()];
  }

  values(name: string): readonly string[] {
    return [...(this.postings.get(name)?.keys() ?? [])];
  }

  /**
   * The numbers that can fulfil the condition that leaves the fewest; undefined when no condition demands a label. Every
   * series that fulfils all conditions is among them.
   */
  candidates(matchers: readonly CompiledMatcher[]): readonly number[] | undefined {
    let best: readonly number[][] | undefined;
    let size = Number.POSITIVE_INFINITY;
    for (const matcher of matchers) {
      if (matcher.matches('')) continue;
      const lists = this.listsFor(matcher);
      const count = lists.reduce((sum, list) => sum + list.length, 0);
      if (count < size) {
        best = lists;
        size = count;
      }
    }
    return best?.length === 1 ? best[0] : best?.flat();
  }

  private listsFor(matcher: CompiledMatcher): readonly number[][] {
    const values = this.postings.get(matcher.name);
    if (values === undefined) return [];
    if (matcher.values !== undefined) return matcher.values.map((value) => listOf(values.get(value)));
    const lists: number[][] = [];
    for (const [value, ids] of values) if (matcher.matches(value)) lists.push(listOf(ids));
    return lists;
  }
}

function listOf(ids: number | number[] | undefined): number[] {
  if (ids === undefined) return [];
  return typeof ids === 'number' ? [ids] : ids;
}
