/** The colours in which series are told apart on a light ground, besides their letters. */
export const SERIES_INKS = [
  '#0b7285',
  '#c2410c',
  '#6d28d9',
  '#2f7d32',
  '#be185d',
  '#8a6100',
  '#1d4ed8',
  '#56616a',
] as const;

/** How axes, lines and letters of a plot look; the colours may be those of a style sheet around it. */
export function plotRules(inks: { readonly line: string; readonly edge: string }): string {
  return `.axis path{stroke:${inks.line};stroke-width:1;fill:none}
.axis path.mark{stroke:${inks.edge}}
.lines path{fill:none;stroke:currentColor;stroke-width:1.75;stroke-linejoin:round;stroke-linecap:round}
.lines circle{fill:currentColor}
.lines g:hover path{stroke-width:3}
.letters text{font-weight:650;fill:currentColor}
.lines .d1 path{stroke-dasharray:7 4}.lines .d2 path{stroke-dasharray:2 4}`;
}

/** The style sheet of a picture that stands alone: light ground, dark letters, nothing loaded from anywhere. */
export const PICTURE_STYLE = `text{font:12px system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;fill:#5b666e}
.ink{fill:#1d2226}
.code{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#1d2226}
.title{font-size:14px;font-weight:600}
.strong{font-weight:650;fill:currentColor}
.on{font-weight:650;fill:#fff}
.solid{fill:currentColor}
${plotRules({ line: '#e2e5e3', edge: '#b9c2c6' })}
${SERIES_INKS.map((ink, index) => `.c${index}{color:${ink}}`).join('')}`;

/** Width of a picture, in pixels; its height follows from what is in it. */
export const PICTURE_WIDTH = 960;
export const MARGIN = 24;
