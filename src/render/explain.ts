import type { Explained, ExplainedNode, LabelCount, Matching, Outcome } from '../advise/explain.ts';
import type { Fate, MatchGroup } from '../advise/match-groups.ts';
import { formatNumber } from './format.ts';
import { highlightQuery } from './highlight.ts';
import { renderLabels } from './labels.ts';
import { inLetters } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { PROSE_WIDTH, paint, type Style } from './style.ts';
import { symbolsOf } from './symbols.ts';
import { columnsOf, counted, wrapText } from './text.ts';

/** The sentence, then the tree: each part with what it gives and what it does. Accessible: numbered parts instead. */
export function renderExplained({ sentence, tree }: Explained, style: Style): string {
  const width = Math.min(style.width, PROSE_WIDTH);
  const said = wrapText(safeLines(sentence.replaceAll('`', '')), width).join('\n');
  const lines = style.accessible ? spoken(tree, '1', style) : drawn(tree, { first: '', rest: '' }, style);
  return [paint(style, 'title', said), '', ...lines].join('\n');
}

/** The heading of one step: which it is, the part as a query, what it does, and why it failed where it did. */
export function renderStepTitle(
  { query, words, outcome }: ExplainedNode,
  number: number,
  of: number,
  style: Style,
): string {
  const refused = outcome.kind === 'failed' ? [paint(style, 'wrong', outcomeText(outcome))] : [];
  const head = style.accessible ? `Step ${number} of ${of}\nQuery:` : paint(style, 'title', `Step ${number} of ${of}:`);
  return [
    `${head} ${highlightQuery(query, style)}`,
    ...wrapText(safeLines(words), Math.min(style.width, PROSE_WIDTH)).map((line) => paint(style, 'dim', line)),
    ...refused,
  ].join('\n');
}

/** What stands before the first line of a part, and before its other lines. */
type Lead = { readonly first: string; readonly rest: string };

function drawn(node: ExplainedNode, lead: Lead, style: Style): readonly string[] {
  const parts = node.parts.map((part, index) => {
    const last = index === node.parts.length - 1;
    const { first, rest } = branch(last, style);
    return drawn(part, { first: lead.rest + first, rest: lead.rest + rest }, style);
  });
  const inner = node.parts.length > 0 ? lead.rest + symbolsOf(style).axis : lead.rest;
  const under = `${inner}${node.parts.length > 0 ? ' ' : '  '}`;
  return [
    ...headLines(node, lead, under, style),
    ...prose(node.words, under, style),
    ...matchingLines(node.matching, style).flatMap((line) => prose(line, under, style)),
    ...fixLines(node.matching, under, style),
    ...parts.flat(),
  ];
}

/** The part and what it gives on one line where there is room. */
function headLines({ head, outcome }: ExplainedNode, lead: Lead, under: string, style: Style): readonly string[] {
  const words = inLetters(safe(head), style);
  const shown = lead.first + highlightQuery(words, style);
  const gives = outcomeText(outcome);
  const role = outcome.kind === 'failed' ? 'wrong' : gives.startsWith('nothing') ? 'warn' : 'ok';
  if (columnsOf(lead.first) + columnsOf(words) + columnsOf(gives) + 2 <= style.width) {
    return [`${shown}  ${paint(style, role, gives)}`];
  }
  const room = Math.max(20, style.width - columnsOf(under));
  return [shown, ...wrapText(gives, room).map((line) => under + paint(style, role, line))];
}

function branch(last: boolean, style: Style): Lead {
  const { corner, axis } = symbolsOf(style);
  const tee = style.ascii ? '+' : '├';
  const flat = style.ascii ? '-' : '─';
  return last ? { first: `${corner}${flat} `, rest: '   ' } : { first: `${tee}${flat} `, rest: `${axis}  ` };
}

function prose(text: string, under: string, style: Style): readonly string[] {
  const room = Math.max(20, Math.min(style.width, PROSE_WIDTH + columnsOf(under)) - columnsOf(under));
  return wrapText(safeLines(text), room).map((line) => under + paint(style, 'dim', line));
}

function fixLines(matching: Matching | undefined, under: string, style: Style): readonly string[] {
  return (matching?.fixes ?? []).flatMap(({ text, query, series }, index) => [
    ...wrapText(`${index + 1}. ${safe(text)}`, PROSE_WIDTH).map((line) => under + paint(style, 'hint', line)),
    `${under}   ${highlightQuery(query, style)}  ${paint(style, 'ok', counted(series, 'series', 'series'))}`,
  ]);
}

/** What a part gives: `12 series: provider 3, status 2, 1.4 ms`. */
function outcomeText(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'series':
      return outcome.series === 0
        ? `nothing, ${took(outcome.tookMs)}`
        : `${counted(outcome.series, 'series', 'series')}${histogramsText(outcome)}${labelsText(outcome.labels)}, ${took(outcome.tookMs)}`;
    case 'samples':
      return outcome.series === 0
        ? `nothing, ${took(outcome.tookMs)}`
        : `${counted(outcome.samples, 'sample')} in ${counted(outcome.series, 'series', 'series')}${labelsText(outcome.labels)}, ${took(outcome.tookMs)}`;
    case 'scalar':
      return `the number ${formatNumber(outcome.value)}, ${took(outcome.tookMs)}`;
    case 'failed':
      return `refused: ${safe(outcome.message)}`;
    case 'literal':
      return '';
    case 'unasked':
      return 'not asked: the query has too many parts';
  }
}

function histogramsText({ series, histograms, observations }: Extract<Outcome, { kind: 'series' }>): string {
  if (histograms === 0) return '';
  const which = histograms === series ? 'native' : `${histograms} of them native`;
  return ` (${which} ${histograms === 1 ? 'histogram' : 'histograms'} of ${formatNumber(observations)} observations)`;
}

function labelsText(labels: readonly LabelCount[]): string {
  return labels.length === 0 ? '' : `: ${labels.map(({ name, values }) => `${safe(name)} ${values}`).join(', ')}`;
}

function took(ms: number): string {
  return ms < 1 ? 'under 1 ms' : `${Math.round(ms)} ms`;
}

/** How rows found each other: counts, then examples of those that did not. */
function matchingLines(matching: Matching | undefined, style: Style): readonly string[] {
  if (matching === undefined) return [];
  const { left, right, groups, dropped, missing, foreign } = matching;
  const counts = FATES.flatMap(([fate, words]) => {
    const of = groups.filter((group) => group.fate === fate);
    return of.length === 0 ? [] : [`${of.length} ${words}`];
  });
  const lines = [
    `Match groups of ${left} and ${right} rows: ${counts.length === 0 ? 'none' : counts.join(', ')}${dropped > 0 ? `; the comparison drops ${counted(dropped, 'row')}` : ''}.`,
  ];
  if (missing > 0)
    lines.push(
      `The answer has no row for ${counted(missing, 'of these pairs', 'of these pairs')}: this server leaves out what is no number.`,
    );
  if (foreign > 0)
    lines.push(
      `The answer has ${counted(foreign, 'row')} that these groups do not give: this server matches by other rules than Prometheus, whose groups these are.`,
    );
  const { onlyLeft, onlyRight, disjoint } = matching.mismatch;
  if (onlyLeft.length > 0) lines.push(`Only the left has ${listed(onlyLeft)}.`);
  if (onlyRight.length > 0) lines.push(`Only the right has ${listed(onlyRight)}.`);
  if (disjoint.length > 0) lines.push(`The sides have no value of ${listed(disjoint)} in common.`);
  // Where labels keep the sides apart altogether, one row of each shows it.
  const most = onlyLeft.length + onlyRight.length + disjoint.length > 0 ? 1 : MOST_EXAMPLES;
  for (const [fate, , example] of FATES) {
    if (example !== undefined)
      lines.push(
        ...examples(
          groups.filter((group) => group.fate === fate),
          example,
          most,
          style,
        ),
      );
  }
  return lines;
}

/** Every fate in the order of the text, how it is counted, and how its groups are introduced where they are worth showing. */
const FATES: readonly (readonly [Fate, string, string?])[] = [
  ['paired', 'paired'],
  ['kept', 'kept'],
  ['removed', 'removed'],
  ['several-left', 'with several rows on the left', 'Several on the left'],
  ['several-right', 'with several rows on the right', 'Several on the right'],
  ['no-right', 'without partner on the right', 'Only on the left'],
  ['no-left', 'without partner on the left', 'Only on the right'],
];

const MOST_EXAMPLES = 3;

function examples(groups: readonly MatchGroup[], lead: string, most: number, style: Style): readonly string[] {
  if (groups.length === 0) return [];
  const shown = groups.slice(0, most).map(({ key }) => renderLabels(key));
  const more = groups.length > most ? ` ${symbolsOf(style).ellipsis} and ${groups.length - most} more` : '';
  return [`${lead}: ${shown.join(', ')}${more}`];
}

function spoken(node: ExplainedNode, number: string, style: Style): readonly string[] {
  const gives = outcomeText(node.outcome);
  return [
    ...wrapText(`Part ${number}: ${spokenHead(node, number)}`, style.width),
    ...wrapText(`${safeLines(node.words)}${gives === '' ? '' : ` Gives ${gives}.`}`, PROSE_WIDTH),
    ...matchingLines(node.matching, style).flatMap((line) => wrapText(safe(line), PROSE_WIDTH)),
    ...(node.matching?.fixes ?? []).flatMap(({ text, query }, index) => [
      ...wrapText(`Fix ${index + 1}: ${safe(text)}`, PROSE_WIDTH),
      safe(query),
    ]),
    ...node.parts.flatMap((part, index) => spoken(part, `${number}.${index + 1}`, style)),
  ];
}

/** What stands for a part is the part's number, where a tree shows it by its lines. */
function spokenHead({ head, parts }: ExplainedNode, number: string): string {
  const pieces = safe(head).split('…');
  if (pieces.length !== parts.length + 1) return safe(head);
  return pieces.map((piece, index) => (index === 0 ? piece : `part ${number}.${index}${piece}`)).join('');
}

/** `a, b and c`. */
function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
