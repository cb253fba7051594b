import type { Film, Run, Version } from './film.ts';

const CELL = 7.8;
const ROW = 17;
const PAD = 16;
const BAR = 30;

/** The palette of a dark terminal: every colour has a contrast of 4.5 to the ground at least. */
const GROUND = '#161b22';
const INK = '#d9dee4';
const PALETTE = [
  '#8b949e',
  '#ff8f87',
  '#6fcf7c',
  '#e3b341',
  '#79b8ff',
  '#d2a8ff',
  '#5fd0d8',
  '#d9dee4',
  '#8b949e',
  '#ffa8a2',
  '#8fe09a',
  '#f0cd72',
  '#a5d0ff',
  '#e2c5ff',
  '#8fe3e9',
  '#ffffff',
];

/**
 * A film as an SVG without scripts, its text as text: moved by style sheets, and where no motion is wanted, or none can be
 * shown, the last picture stands. `title` and `description` are for those who do not see it.
 */
export function drawFilm(film: Film, title: string, description: string): string {
  const width = Math.ceil(film.columns * CELL + 2 * PAD);
  const height = BAR + film.rows * ROW + PAD;
  const moves = new Map<string, string>();
  const body = film.lines.flatMap((versions, line) =>
    versions.map((version, index) => drawVersion(version, line, versions[index + 1]?.fromMs, film, moves)),
  );
  const last = film.tops.at(-1)?.line ?? 0;
  const scroll = film.tops.map(
    ({ fromMs, line }) => `${percent(fromMs, film)}{transform:translateY(${-line * ROW}px)}`,
  );
  const style = [
    `text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${INK};white-space:pre}`,
    `.b{font-weight:700}.d{fill:${PALETTE[8]}}.i{fill:${GROUND}}`,
    ...PALETTE.map((colour, index) => `.c${index}{fill:${colour}}`),
    `#s{transform:translateY(${-last * ROW}px)}.g{visibility:hidden}`,
    '@media (prefers-reduced-motion:no-preference){',
    `#s{animation:s ${film.lengthMs}ms step-end infinite}`,
    `@keyframes s{${scroll.join('')}}`,
    ...moves.values(),
    '}',
  ];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title desc">
<title id="title">${escaped(title)}</title>
<desc id="desc">${escaped(description)}</desc>
<style>
${style.join('\n')}
</style>
<clipPath id="c"><rect x="0" y="${BAR}" width="${width}" height="${film.rows * ROW + 6}"/></clipPath>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="8" fill="${GROUND}" stroke="#8b949e"/>
<g fill="#59636e"><circle cx="20" cy="16" r="5"/><circle cx="38" cy="16" r="5"/><circle cx="56" cy="16" r="5"/></g>
<g clip-path="url(#c)"><g id="s">
${body.filter((row) => row !== '').join('\n')}
</g></g>
</svg>
`;
}

function drawVersion(
  { fromMs, runs }: Version,
  line: number,
  untilMs: number | undefined,
  film: Film,
  moves: Map<string, string>,
): string {
  if (runs.length === 0) return '';
  const y = BAR + line * ROW + 13;
  const cells = runs.reduce((sum, { text }) => sum + [...text].length, 0);
  const name = `k${fromMs}${untilMs === undefined ? '' : `-${untilMs}`}`;
  if (!moves.has(name)) {
    const hidden = untilMs === undefined ? '' : `${percent(untilMs, film)}{visibility:hidden}`;
    const shown = `${percent(fromMs, film)}{visibility:visible}`;
    const before = fromMs === 0 ? '' : '0%{visibility:hidden}';
    moves.set(
      name,
      `.${name}{animation:${name} ${film.lengthMs}ms step-end infinite}@keyframes ${name}{${before}${shown}${hidden}}`,
    );
  }
  const look = `class="${name}${untilMs === undefined ? '' : ' g'}"`;
  const text = `<text ${look} x="${PAD}" y="${y}" textLength="${round(cells * CELL)}">${runs.map(drawRun).join('')}</text>`;
  const grounds = groundsOf(runs, y, look);
  return `${grounds}${text}`;
}

/** What stands inverted has a ground of its own. */
function groundsOf(runs: readonly Run[], y: number, look: string): string {
  let column = 0;
  const rects: string[] = [];
  for (const { text, inverse, colour } of runs) {
    const cells = [...text].length;
    const fill = colour === undefined ? INK : PALETTE[colour];
    if (inverse === true) {
      const x = round(PAD + column * CELL);
      rects.push(
        `<rect ${look} x="${x}" y="${y - 13}" width="${round(cells * CELL)}" height="${ROW}" fill="${fill}"/>`,
      );
    }
    column += cells;
  }
  return rects.join('');
}

function drawRun({ text, colour, bold, dim, inverse }: Run): string {
  const names = [
    ...(inverse === true ? ['i'] : colour === undefined ? (dim === true ? ['d'] : []) : [`c${colour}`]),
    ...(bold === true ? ['b'] : []),
  ];
  return names.length === 0 ? escaped(text) : `<tspan class="${names.join(' ')}">${escaped(text)}</tspan>`;
}

function percent(ms: number, { lengthMs }: Film): string {
  return `${round((ms / lengthMs) * 100, 3)}%`;
}

function round(value: number, digits = 1): number {
  return Number(value.toFixed(digits));
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
