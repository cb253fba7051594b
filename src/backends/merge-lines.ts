/** What several sources say, in the order in which it comes; ends when all of them have ended, and fails with the first that fails. */
export async function* mergeLines<T>(sources: readonly AsyncIterable<T>[]): AsyncIterable<T> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const pending = new Map(iterators.map((iterator, index) => [index, nextOf(iterator, index)]));
  try {
    while (pending.size > 0) {
      const { index, result } = await Promise.race(pending.values());
      const iterator = iterators[index];
      if (result.done === true || iterator === undefined) {
        pending.delete(index);
        continue;
      }
      pending.set(index, nextOf(iterator, index));
      yield result.value;
    }
  } finally {
    for (const iterator of iterators) void iterator.return?.(undefined);
  }
}

async function nextOf<T>(
  iterator: AsyncIterator<T>,
  index: number,
): Promise<{ index: number; result: IteratorResult<T> }> {
  return { index, result: await iterator.next() };
}
