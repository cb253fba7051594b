import { Chalk, type ChalkInstance } from 'chalk';

/** How to draw: decided once, at the edge, from the terminal, the environment and the options. */
export type Style = {
  /** Columns of the terminal; 80 when unknown. */
  readonly width: number;
  readonly colour: boolean;
  /** Only characters below 128 in what we draw ourselves. */
  readonly ascii: boolean;
  /** Append-only plain text for screen readers: no escape byte, no boxes, no charts made of symbols. */
  readonly accessible: boolean;
  /** IANA name of the time zone in which times are shown. */
  readonly timeZone: string;
};

/** What a piece of text is, never which colour it has; the sixteen ANSI colours only, so that themes keep working. */
export type Role = 'ok' | 'warn' | 'wrong' | 'hint' | 'query' | 'label' | 'number' | 'dim' | 'title';

const coloured = new Chalk({ level: 1 });

const ROLES: { readonly [K in Role]: ChalkInstance } = {
  ok: coloured.green,
  warn: coloured.yellow,
  wrong: coloured.red,
  hint: coloured.cyan,
  query: coloured.cyan,
  label: coloured.blue,
  number: coloured.bold,
  dim: coloured.dim,
  title: coloured.bold,
};

/** Wraps text in the colour of its role, or leaves it alone where colour is off. The text must already be safe. */
export function paint(style: Pick<Style, 'colour' | 'accessible'>, role: Role, text: string): string {
  return style.colour && !style.accessible ? ROLES[role](text) : text;
}

/** The colours by which series of one chart are told apart, beside their letters. */
const SERIES_COLOURS = [
  coloured.cyan,
  coloured.yellow,
  coloured.green,
  coloured.magenta,
  coloured.blue,
  coloured.red,
] as const;

export function paintSeries(style: Pick<Style, 'colour' | 'accessible'>, index: number, text: string): string {
  const colour = SERIES_COLOURS[index % SERIES_COLOURS.length] as ChalkInstance;
  return style.colour && !style.accessible ? colour(text) : text;
}

/** How much there is, from little to much, beside the character that says it. */
const SHADES = [coloured.blue, coloured.cyan, coloured.yellow, coloured.red] as const;

/** Wraps a character of a heatmap in the colour of its shade; `share` is in (0, 1]. */
export function paintShade(style: Pick<Style, 'colour' | 'accessible'>, share: number, text: string): string {
  const at = Math.min(SHADES.length, Math.max(1, Math.ceil(share * SHADES.length))) - 1;
  return style.colour && !style.accessible ? (SHADES[at] as ChalkInstance)(text) : text;
}

/** Prose is never wider than this, whatever the terminal. */
export const PROSE_WIDTH = 72;
