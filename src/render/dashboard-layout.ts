import type { GridPlace, Panel } from '../explorer/dashboard/types.ts';

/**
 * Where panels go: one panel with its columns, parts below each other, or parts beside each other. Widths are columns of
 * the terminal.
 */
export type Layout =
  | { readonly kind: 'panel'; readonly panel: Panel; readonly width: number }
  | { readonly kind: 'down'; readonly parts: readonly Layout[] }
  | { readonly kind: 'across'; readonly parts: readonly Layout[]; readonly widths: readonly number[] };

/** Columns between two panels beside each other. */
export const GAP = 3;

/** As wide as this, panels lie as in Grafana; as wide as `TWO_COLUMNS` two beside each other, else one. */
const WHOLE_GRID = 110;
const TWO_COLUMNS = 72;

/** Lays panels out for a width: by Grafana's grid where there is room, in fewer columns where there is not. */
export function layoutPanels(panels: readonly Panel[], width: number, accessible: boolean): Layout {
  const columns = accessible || width < TWO_COLUMNS ? 1 : width < WHOLE_GRID ? 2 : 24;
  const placed = columns === 24 ? panels.map((panel) => ({ panel, place: panel.place })) : flowed(panels, columns);
  return cut(placed, 0, 24, width);
}

/** The width of each panel, by its key. */
export function panelWidths(layout: Layout): ReadonlyMap<string, number> {
  if (layout.kind === 'panel') return new Map([[layout.panel.key, layout.width]]);
  return new Map(layout.parts.flatMap((part) => [...panelWidths(part)]));
}

type Placed = { readonly panel: Panel; readonly place: GridPlace };

/** In reading order into columns; what is wider than half of the grid, and rows, take the whole width. */
function flowed(panels: readonly Panel[], columns: 1 | 2): readonly Placed[] {
  const inOrder = panels
    .map((panel, index) => ({ panel, index }))
    .sort((a, b) => a.panel.place.y - b.panel.place.y || a.panel.place.x - b.panel.place.x || a.index - b.index);
  const placed: Placed[] = [];
  let y = 0;
  let half = false;
  for (const { panel } of inOrder) {
    const whole = columns === 1 || panel.kind === 'row' || panel.place.w > 12;
    if (whole && half) y++;
    placed.push({ panel, place: { x: !whole && half ? 12 : 0, y, w: whole ? 24 : 12, h: 1 } });
    if (whole || half) y++;
    half = !whole && !half;
  }
  return placed;
}

/** Cuts along lines that no panel crosses, from top to bottom and then from left to right, until each is alone. */
function cut(placed: readonly Placed[], left: number, right: number, width: number): Layout {
  const [first] = placed;
  if (first === undefined) return { kind: 'down', parts: [] };
  if (placed.length === 1) return { kind: 'panel', panel: first.panel, width };
  const bands = split(placed, ({ place }) => [place.y, place.y + place.h]);
  if (bands.length > 1) return { kind: 'down', parts: bands.map((band) => cut(band, left, right, width)) };
  const stacks = split(placed, ({ place }) => [place.x, place.x + place.w]);
  const starts = stacks.map((stack, index) => (index === 0 ? left : Math.min(...stack.map(({ place }) => place.x))));
  const ends = starts.map((_, index) => starts[index + 1] ?? right);
  const column = (x: number) => Math.round(((x - left) / Math.max(1, right - left)) * (width + GAP));
  const widths = starts.map((start, index) => column(ends[index] ?? right) - column(start) - GAP);
  // Panels that lie on each other, or too many beside each other: below each other, each with all the room there is.
  if (stacks.length < 2 || widths.some((each) => each < LEAST_WIDTH)) {
    return { kind: 'down', parts: placed.map(({ panel }): Layout => ({ kind: 'panel', panel, width })) };
  }
  const parts = stacks.map((stack, index) =>
    cut(stack, starts[index] ?? left, ends[index] ?? right, widths[index] ?? width),
  );
  return { kind: 'across', parts, widths };
}

const LEAST_WIDTH = 14;

/** Groups whose stretches do not overlap those of others, in their order. */
function split(
  placed: readonly Placed[],
  stretch: (one: Placed) => readonly [number, number],
): readonly (readonly Placed[])[] {
  const sorted = [...placed].sort((a, b) => stretch(a)[0] - stretch(b)[0]);
  const groups: Placed[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const one of sorted) {
    const [from, to] = stretch(one);
    if (from >= end || groups.length === 0) groups.push([one]);
    else groups.at(-1)?.push(one);
    end = Math.max(end, to);
  }
  return groups;
}
