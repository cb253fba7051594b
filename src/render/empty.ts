import type { EmptyFinding } from '../advise/empty.ts';
import type { Labels } from '../model/labels.ts';
import { formatDuration, formatNumber, formatTime, rfc3339 } from './format.ts';
import { labelPairs, renderLabels } from './labels.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** Why a result is empty, as far as that is certain, and what to try; otherwise where to look. `warned`: the server has said something itself. `width`: where lines end; that of prose where it is left out. */
export function renderEmpty(
  findings: readonly EmptyFinding[],
  style: Style,
  options: { readonly warned?: boolean; readonly width?: number } = {},
): string {
  const width = options.width ?? Math.min(style.width, PROSE_WIDTH);
  const told = findings.map((finding) => tell(finding, style));
  const lines = told.length > 0 ? told : [options.warned === true ? WARNED : NOTHING_CERTAIN];
  return lines
    .flatMap(({ why, try: hint, query }) => [
      ...led('no data:', why, 'warn', width, style),
      ...(hint === undefined ? [] : led('try:', hint, 'hint', width, style)),
      // A query is there to be copied: it stays on one line.
      ...(query === undefined ? [] : [`${paint(style, 'hint', 'try:')} ${query}`]),
    ])
    .join('\n');
}

type Told = { readonly why: string; readonly try?: string; readonly query?: string };

const WARNED: Told = { why: 'the warning above says why.' };

const NOTHING_CERTAIN: Told = {
  why: 'the query is valid, and nothing in the data answers it.',
  try: 'take the query apart from the inside: first the bare metric, then each matcher and function.',
};

function led(lead: string, text: string, role: 'warn' | 'hint', width: number, style: Style): readonly string[] {
  return wrapText(`${lead} ${text}`, width, '  ').map((line, index) =>
    index === 0 && line.startsWith(lead) ? paint(style, role, lead) + line.slice(lead.length) : line,
  );
}

/** The most names that are listed in a sentence. */
const MOST_LISTED = 8;

function tell(finding: EmptyFinding, style: Style): Told {
  return (WORDS[finding.kind] as (finding: EmptyFinding, style: Style) => Told)(finding, style);
}

const WORDS: {
  readonly [K in EmptyFinding['kind']]: (finding: Extract<EmptyFinding, { kind: K }>, style: Style) => Told;
} = {
  'unknown-metric': ({ metric, near }) => ({
    why: `there is no metric named ${safe(metric)}.`,
    try: near.length === 0 ? 'look for it among the names: prom-tutor metrics' : oneOf(near),
  }),
  'unknown-label': ({ metric, label, labels }) => ({
    why: `${safe(metric)} has no label ${safe(label)}.`,
    try:
      labels.length === 0
        ? `leave the matcher out; ${safe(metric)} has no labels at all`
        : `its labels are ${listed(labels)}`,
  }),
  'no-such-value': ({ metric, matcher, label, near, values, meant }) => ({
    why: `no series of ${safe(metric)} has ${safe(matcher)}.`,
    try:
      meant !== undefined
        ? `{${safe(meant)}}`
        : near.length > 0
          ? oneOf(near.map((value) => `${label}="${value}"`))
          : `the values of ${safe(label)} are ${listed(values)}`,
  }),
  'no-combination': ({ selector }) => ({
    why: `no series has everything that ${safe(selector)} asks for.`,
    try: 'leave the matchers out one by one; the last one that brings no rows back is the one.',
  }),
  'other-time': ({ selector, beforeMs, afterMs }, style) => ({
    why: `${safe(selector)} has series, but none at the time asked for.${seen(beforeMs, afterMs, style)}`,
    ...(beforeMs === undefined && afterMs === undefined ? {} : { try: `--time ${rfc3339(beforeMs ?? afterMs ?? 0)}` }),
  }),
  'short-window': ({ selector, windowMs, spacingMs }) => ({
    why: `the window of ${safe(selector)} is too short: it needs two samples and never holds them${spacingMs === undefined ? '' : `, because they are about ${formatDuration(Math.round(spacingMs / 1000) * 1000)} apart`}.`,
    try: `a longer window${spacingMs === undefined ? ` than ${formatDuration(windowMs)}` : `, such as [${formatDuration(niceWindow(spacingMs))}]`}: with four scrapes in it, one may get lost.`,
  }),
  filtered: ({ comparison, low, high }) => ({
    why: `${safe(comparison)} lets nothing through: the values are ${low === high ? `all ${formatNumber(low)}` : `between ${formatNumber(low)} and ${formatNumber(high)}`}.`,
    try: 'this may be the good answer. To see the values, leave the comparison out.',
  }),
  'no-pairs': ({ operator, matching, left, right }) => ({
    why: `both sides of "${safe(operator)}" have series, but none ${matching === '' ? 'with the same labels' : `that match ${safe(matching)}`}. Left: ${renderLabels(left, ['__name__'])}. Right: ${renderLabels(right, ['__name__'])}.`,
    try: matching === '' ? pairHint(left, right) : 'compare the values of those labels on both sides.',
  }),
  'no-le': ({ aggregation, fixed }) => ({
    why: `histogram_quantile needs the label le, and ${safe(aggregation)} takes it away.`,
    query: safe(fixed),
  }),
  'not-absent': ({ call }) => ({
    why: `${safe(call)} is empty because the series are there. That is its good answer.`,
  }),
};

function oneOf(texts: readonly string[]): string {
  return texts.map(safe).join(' or ');
}

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, MOST_LISTED).map((text) => (text === '' ? '""' : safe(text)));
  const rest = texts.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}

function seen(beforeMs: number | undefined, afterMs: number | undefined, style: Style): string {
  if (beforeMs !== undefined) return ` Last seen before it: about ${formatTime(beforeMs, style)}.`;
  if (afterMs !== undefined) return ` First seen after it: about ${formatTime(afterMs, style)}.`;
  return '';
}

/** Four times the distance of the samples, rounded up to what people write. */
function niceWindow(spacingMs: number): number {
  const wanted = spacingMs * 4;
  return (
    [30_000, 60_000, 120_000, 300_000, 600_000, 900_000, 1_800_000, 3_600_000].find((each) => each >= wanted * 0.95) ??
    wanted
  );
}

function pairHint(left: Labels, right: Labels): string {
  const names = (labels: Labels) => labelPairs(labels, ['__name__']).map(([name]) => name);
  const only = (mine: Labels, other: Labels) => names(mine).filter((name) => !Object.hasOwn(other, name));
  const extra = [...only(left, right), ...only(right, left)];
  if (extra.length > 0)
    return `sum both sides by the labels they share, or leave labels out of the match: ignoring (${extra.map(safe).join(', ')})`;
  const different = names(left).filter((name) => left[name] !== right[name]);
  const fix =
    different.length === 0 ? '' : `, or leave labels out of the match: ignoring (${different.map(safe).join(', ')})`;
  return `sum both sides by the labels that agree${fix}`;
}
