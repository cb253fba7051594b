import type { ChalkInstance } from 'chalk';
import type { Theme } from '../model/theme.ts';
import { late } from './late.ts';

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
  /** Which of the sixteen colours stand for what; auto where nobody said. */
  readonly theme?: Theme;
};

/** What a piece of text is, never which colour it has; the sixteen ANSI colours only, so that themes keep working. */
export type Role = 'ok' | 'warn' | 'wrong' | 'hint' | 'query' | 'label' | 'number' | 'dim' | 'title';

type Palette = {
  readonly roles: { readonly [K in Role]: ChalkInstance };
  /** The colours by which series of one chart are told apart, beside their letters. */
  readonly series: readonly [ChalkInstance, ...ChalkInstance[]];
  /** How much there is, from little to much, beside the character that says it. */
  readonly shades: readonly [ChalkInstance, ...ChalkInstance[]];
};

const chalk = await late('chalk', () => import('chalk'));

type Palettes = { readonly [K in Theme]: Palette };

/**
 * Only the sixteen colours that every terminal's own theme defines. Nothing is white or black, and what is dim is also
 * said in words: neither can be seen on every background.
 */
function palettes(): Palettes {
  const { Chalk } = chalk();
  const coloured = new Chalk({ level: 1 });
  const plain = new Chalk({ level: 0 });
  const { bold, underline, inverse } = coloured;
  return {
    auto: {
      roles: {
        ok: coloured.green,
        warn: coloured.yellow,
        wrong: coloured.red,
        hint: coloured.cyan,
        query: coloured.cyan,
        label: coloured.blue,
        number: bold,
        dim: coloured.dim,
        title: bold,
      },
      series: [coloured.cyan, coloured.yellow, coloured.green, coloured.magenta, coloured.blue, coloured.red],
      shades: [coloured.blue, coloured.cyan, coloured.yellow, coloured.red],
    },
    // Yellow and cyan can hardly be read on white.
    light: {
      roles: {
        ok: coloured.green,
        warn: coloured.magenta,
        wrong: coloured.red,
        hint: coloured.blue,
        query: coloured.blue,
        label: coloured.magenta,
        number: bold,
        dim: coloured.dim,
        title: bold,
      },
      series: [coloured.blue, coloured.red, coloured.green, coloured.magenta, bold.blue, bold.red],
      shades: [coloured.green, coloured.blue, coloured.magenta, coloured.red],
    },
    // Blue and red can hardly be read on black.
    dark: {
      roles: {
        ok: coloured.greenBright,
        warn: coloured.yellowBright,
        wrong: coloured.redBright,
        hint: coloured.cyanBright,
        query: coloured.cyanBright,
        label: coloured.blueBright,
        number: bold,
        dim: coloured.dim,
        title: bold,
      },
      series: [
        coloured.cyanBright,
        coloured.yellowBright,
        coloured.greenBright,
        coloured.magentaBright,
        coloured.blueBright,
        coloured.redBright,
      ],
      shades: [coloured.blueBright, coloured.cyanBright, coloured.yellowBright, coloured.redBright],
    },
    // The terminal's own foreground has the best contrast there is, whatever the background.
    'high-contrast': {
      roles: {
        ok: bold,
        warn: bold.underline,
        wrong: bold.inverse,
        hint: underline,
        query: bold,
        label: underline,
        number: bold,
        dim: plain,
        title: bold.underline,
      },
      series: [bold, plain],
      shades: [plain, bold, underline, inverse],
    },
    none: {
      roles: {
        ok: plain,
        warn: plain,
        wrong: plain,
        hint: plain,
        query: plain,
        label: plain,
        number: plain,
        dim: plain,
        title: plain,
      },
      series: [plain],
      shades: [plain],
    },
  };
}

/** Made when the first colour is drawn. */
let made: Palettes | undefined;

/** What painting needs to know of a style. */
type Paints = Pick<Style, 'colour' | 'accessible' | 'theme'>;

/** Wraps text in the colour of its role, or leaves it alone where colour is off. The text must already be safe. */
export function paint(style: Paints, role: Role, text: string): string {
  return paletteOf(style)?.roles[role](text) ?? text;
}

/** The same for one of the series of a chart, counted from 0. */
export function paintSeries(style: Paints, index: number, text: string): string {
  const series = paletteOf(style)?.series;
  return series === undefined ? text : (series[index % series.length] ?? series[0])(text);
}

/** Wraps a character of a heatmap in the colour of its shade; `share` is in (0, 1]. */
export function paintShade(style: Paints, share: number, text: string): string {
  const shades = paletteOf(style)?.shades;
  if (shades === undefined) return text;
  const at = Math.min(shades.length, Math.max(1, Math.ceil(share * shades.length))) - 1;
  return (shades[at] ?? shades[0])(text);
}

function paletteOf({ colour, accessible, theme }: Paints): Palette | undefined {
  if (!colour || accessible) return undefined;
  made ??= palettes();
  return made[theme ?? 'auto'];
}

/** Prose is never wider than this, whatever the terminal. */
export const PROSE_WIDTH = 72;
