/** Something that is shown piece by piece. */
export type Pages = {
  /** How many pieces were not shown yet. */
  left(): number;
  /** The next pieces, as many as fit into this many lines; all that is left without a number. */
  next(lines?: number): string;
};

/**
 * Pages over `count` pieces. `draw` gives the text of some of them, with a word about what is left behind them. One piece
 * is shown at least, however long it is. `thenAll`: the second page is everything.
 */
export function pagesOf(count: number, draw: (from: number, most: number) => string, thenAll = false): Pages {
  let from = 0;
  return {
    left: () => count - from,
    next(fitting = Number.POSITIVE_INFINITY) {
      const lines = thenAll && from > 0 ? Number.POSITIVE_INFINITY : fitting;
      let most = lines === Number.POSITIVE_INFINITY ? lines : Math.max(1, Math.min(count - from, lines));
      let text = draw(from, most);
      for (let height = heightOf(text); height > lines && most > 1; height = heightOf(text)) {
        most = Math.max(1, Math.min(most - 1, Math.floor((most * lines) / height)));
        text = draw(from, most);
      }
      from = Math.min(count, from + most);
      return text;
    },
  };
}

function heightOf(text: string): number {
  return text.split('\n').length;
}
