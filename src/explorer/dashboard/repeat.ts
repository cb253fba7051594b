import type { ResolvedVariable } from './resolve-variables.ts';
import type { Panel } from './types.ts';

/** More copies of a panel or row than this are not made. */
const MOST_COPIES = 24;

export type Repeated = { readonly panels: readonly Panel[]; readonly left: number };

/**
 * Panels and rows that are drawn once for each value of a variable, with that value in place of the variable. What lies
 * below moves down by what they need. `most` bounds all panels together; `left` counts those that are not made.
 */
export function repeatPanels(panels: readonly Panel[], resolved: readonly ResolvedVariable[], most: number): Repeated {
  const values = new Map(resolved.map(({ variable, chosen }) => [variable.name, chosen]));
  const out: Panel[] = [];
  let down = 0;
  let left = 0;
  const add = (panel: Panel) => {
    if (out.length < most) out.push(panel);
    else left++;
  };
  for (const block of blocksOf(panels)) {
    const [head] = block;
    if (head === undefined) continue;
    const wanted = head.repeat === undefined ? undefined : values.get(head.repeat.variable);
    const copies = wanted === undefined || wanted.length === 0 ? [undefined] : wanted.slice(0, MOST_COPIES);
    left += Math.max(0, (wanted?.length ?? 0) - MOST_COPIES) * block.length;
    if (head.kind === 'row') {
      const height = bottom(block) - head.place.y;
      let grown = 0;
      copies.forEach((value, index) => {
        if (index > 0) grown += height;
        const scoped = scope(head, value);
        let inner = 0;
        for (const panel of block) {
          const moved = copyOf(panel, scoped, index, copies.length, 0, down + grown + inner);
          const made = panel === head ? [moved] : ownCopies(moved, values);
          for (const each of made) add(each);
          inner += bottom(made) - (moved.place.y + moved.place.h);
        }
        grown += inner;
      });
      down += grown;
      continue;
    }
    const made = ownCopies(copyOf(head, {}, 0, 1, 0, down), values);
    for (const each of made) add(each);
    down += bottom(made) - (head.place.y + down + head.place.h);
  }
  return { panels: out, left };
}

/** A row with a variable and what lies under it belong together; every other panel stands for itself. */
function blocksOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const blocks: Panel[][] = [];
  let open: Panel[] | undefined;
  for (const panel of panels) {
    if (panel.kind === 'row') {
      open = panel.repeat === undefined ? undefined : [panel];
      blocks.push(open ?? [panel]);
    } else if (open !== undefined) open.push(panel);
    else blocks.push([panel]);
  }
  return blocks;
}

function bottom(panels: readonly Panel[]): number {
  return panels.reduce((lowest, { place }) => Math.max(lowest, place.y + place.h), 0);
}

function scope(panel: Panel, value: string | undefined): Panel['scoped'] {
  return value === undefined || panel.repeat === undefined ? {} : { [panel.repeat.variable]: value };
}

function copyOf(
  panel: Panel,
  scoped: Panel['scoped'],
  index: number,
  total: number,
  right: number,
  down: number,
): Panel {
  return {
    ...panel,
    key: total > 1 ? `${panel.key}.${index + 1}` : panel.key,
    scoped: { ...panel.scoped, ...scoped },
    place: { ...panel.place, x: panel.place.x + right, y: panel.place.y + down },
  };
}

/** Beside each other, each with its share of the width, or below each other. */
function ownCopies(panel: Panel, values: ReadonlyMap<string, readonly string[]>): readonly Panel[] {
  const { repeat } = panel;
  const wanted = repeat === undefined ? undefined : values.get(repeat.variable)?.slice(0, MOST_COPIES);
  if (repeat === undefined || wanted === undefined || wanted.length < 2) {
    return [{ ...panel, scoped: { ...panel.scoped, ...scope(panel, wanted?.[0]) } }];
  }
  const { place } = panel;
  const perRow = repeat.down ? 1 : Math.min(repeat.perRow, wanted.length);
  const w = repeat.down ? place.w : Math.max(1, Math.floor(24 / perRow));
  return wanted.map((value, index) => {
    const x = repeat.down ? place.x : (index % perRow) * w;
    const moved = copyOf(
      panel,
      scope(panel, value),
      index,
      wanted.length,
      x - place.x,
      Math.floor(index / perRow) * place.h,
    );
    return { ...moved, place: { ...moved.place, w } };
  });
}
