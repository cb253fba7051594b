/** Things that will happen, the earliest first: a binary heap. */
export class EventQueue<T> {
  readonly #heap: { readonly atMs: number; readonly event: T }[] = [];

  /** When the next one happens; Infinity when there is none. */
  get nextMs(): number {
    return this.#heap[0]?.atMs ?? Number.POSITIVE_INFINITY;
  }

  push(atMs: number, event: T): void {
    const heap = this.#heap;
    const entry = { atMs, event };
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.atMs <= atMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  pop(): { readonly atMs: number; readonly event: T } | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      const smaller = right !== undefined && right.atMs < left.atMs ? right : left;
      if (smaller === right) child++;
      if (smaller.atMs >= last.atMs) break;
      heap[at] = smaller;
      at = child;
    }
    heap[at] = last;
    return first;
  }

  /** Everything still to come, in no particular order. */
  pending(): readonly { readonly atMs: number; readonly event: T }[] {
    return this.#heap;
  }
}
