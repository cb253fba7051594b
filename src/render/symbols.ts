import type { Style } from './style.ts';

/** The characters we draw with. Every symbol has an ASCII form, and accessible output uses neither rules nor corners. */
export type Symbols = {
  readonly rule: string;
  readonly ellipsis: string;
  readonly bullet: string;
  readonly bar: string;
  readonly dot: string;
  readonly axis: string;
  readonly tick: string;
  readonly corner: string;
  readonly timeTick: string;
  /** Before a number: it has become more, or less, by so much. */
  readonly up: string;
  readonly down: string;
  /** Heights of a trend, the lowest first. */
  readonly heights: string;
  /** Shades of a heatmap from none to most; the first stands for zero. */
  readonly shades: string;
  /** What fills the band of a state, one for each state. */
  readonly fills: string;
  /** asciichart's ten symbols, in its order: first value, axis, line ends, flat, down, up, and so on. */
  readonly line: LineSymbols;
};

type LineSymbols = readonly [string, string, string, string, string, string, string, string, string, string];

export function symbolsOf(style: Pick<Style, 'ascii' | 'accessible'>): Symbols {
  return style.ascii || style.accessible ? ASCII : UNICODE;
}

const UNICODE: Symbols = {
  rule: '─',
  ellipsis: '…',
  bullet: '•',
  bar: '█',
  dot: '•',
  axis: '│',
  tick: '┤',
  corner: '└',
  timeTick: '┬',
  up: '▲ ',
  down: '▼ ',
  heights: '▁▂▃▄▅▆▇█',
  shades: '·░▒▓█',
  fills: '─═█▒░▓╌╪',
  line: ['─', '┤', '╶', '╴', '─', '╰', '╭', '╮', '╯', '│'],
};

const ASCII: Symbols = {
  rule: '-',
  ellipsis: '...',
  bullet: '*',
  bar: '#',
  dot: 'o',
  axis: '|',
  tick: '+',
  corner: '+',
  timeTick: '+',
  up: '+',
  down: '-',
  heights: '_.,-~=*#',
  shades: '.:=+#',
  fills: '-=#~:+.*',
  line: ['-', '+', '-', '-', '-', "'", '.', '.', "'", '|'],
};
