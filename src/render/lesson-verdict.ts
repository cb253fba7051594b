import type { AnsweredByQuery, Exercise } from '../tutor/lesson.ts';
import type { Beside, BesideRow } from '../tutor/session-beside.ts';
import type { Feedback, FeedbackKind, Verdict, VerdictKind } from '../tutor/verdict.ts';
import { renderCaret } from './caret.ts';
import { highlightQuery } from './highlight.ts';
import { commonLabels, labelPairs, renderLabels } from './labels.ts';
import { indent, proseWidth } from './lesson.ts';
import { renderRows } from './lesson-demo.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { paint, type Role, type Style } from './style.ts';
import { type Cell, renderTable } from './table.ts';
import { counted, wrapText } from './text.ts';
import { formatValue } from './value.ts';

export type ShownVerdict = {
  readonly exercise: Exercise;
  /** As it was judged, for the caret. */
  readonly answer: string;
  readonly verdict: Verdict;
  /** The answer's result beside the one that was wanted, where they differ at the moment that is shown. */
  readonly beside: Beside | undefined;
  /** Everything that is known instead of the short form. */
  readonly full: boolean;
  /** `false` where nothing is kept, such as on a server of one's own: then the verdict says so. */
  readonly recorded: boolean;
};

/** What became of an answer: one word first, then why, then the evidence. */
export function renderVerdict(shown: ShownVerdict, style: Style): string {
  const { exercise, verdict } = shown;
  const { text, role } = verdict.verdict === 'error' && !answeredByQuery(exercise) ? NO_ANSWER : HEADS[verdict.verdict];
  const where = shown.recorded ? '' : " (on this server's data, not recorded)";
  const words = [
    ...wrapText(`${text}${where}`, proseWidth(style)).map((line) => paint(style, role, line)),
    ...verdict.feedback.map((feedback) => renderFeedback(feedback, shown, style)),
  ];
  const result = verdict.solved ? rightResult(shown, style) : wrongResult(shown, style);
  return [words.filter((block) => block !== '').join('\n'), ...result].join('\n\n');
}

const HEADS: { readonly [K in VerdictKind]: { readonly text: string; readonly role: Role } } = {
  right: { text: 'Correct.', role: 'ok' },
  'right-with-note': { text: 'Correct, and one thing to know.', role: 'ok' },
  wrong: { text: 'Not yet.', role: 'wrong' },
  error: { text: 'Not yet: the query cannot be run.', role: 'wrong' },
  empty: { text: 'Not yet: the query runs and finds nothing.', role: 'wrong' },
};

function answeredByQuery(exercise: Exercise): exercise is AnsweredByQuery {
  return exercise.kind === 'query' || exercise.kind === 'fix';
}

/** What was typed is no number, or names none of the options. */
const NO_ANSWER = { text: 'Not an answer yet.', role: 'wrong' } as const;

/** Evidence lines in the short form; `why` shows the rest. */
const SHORT_EVIDENCE = 4;

function renderFeedback(feedback: Feedback, shown: ShownVerdict, style: Style): string {
  const { answer, full } = shown;
  const lines = [messageOf(feedback, style)];
  if (feedback.position !== undefined) lines.push(renderCaret(answer, feedback.position, style));
  if (!saidByTable(feedback, shown)) lines.push(...evidenceLines(feedback.evidence, full, style));
  if (feedback.fix !== undefined) {
    lines.push(style.accessible ? 'Write:' : paint(style, 'hint', 'write:'));
    lines.push(
      style.accessible ? `Query: ${safeLines(feedback.fix)}` : indent(highlightQuery(feedback.fix, style), style),
    );
  }
  return lines.filter((line) => line !== '').join('\n');
}

/** The rows that differ stand in the table under the words; evidence about them would say it twice. */
function saidByTable({ kind }: Feedback, { beside, full }: ShownVerdict): boolean {
  return beside !== undefined && !full && (kind === 'difference' || kind === 'misconception');
}

/** Words at the line's start, by which a screen reader finds them; without one the message speaks for itself. */
const LEADS: { readonly [K in FeedbackKind]: string } = {
  why: '',
  note: 'To know:',
  prometheus: 'Prometheus says:',
  misconception: '',
  syntax: '',
  unit: '',
  detected: '',
  difference: '',
  empty: '',
};

const SPOKEN_LEADS: { readonly [K in FeedbackKind]: string } = {
  ...LEADS,
  why: 'Right because:',
  misconception: 'Wrong because:',
  syntax: 'Wrong because:',
  unit: 'Wrong because:',
  detected: 'Wrong because:',
  difference: 'The result differs:',
  empty: 'Empty because:',
};

function messageOf({ kind, message }: Feedback, style: Style): string {
  if (message === '') return '';
  const lead = (style.accessible ? SPOKEN_LEADS : LEADS)[kind];
  if (kind !== 'prometheus') return prose(lead === '' ? message : `${lead} ${message}`, style);
  const text = wrapText(`${lead} ${safeLines(message)}`, proseWidth(style), style.accessible ? '' : '  ');
  return text.map((line) => paint(style, 'warn', line)).join('\n');
}

function evidenceLines(evidence: readonly string[], full: boolean, style: Style): readonly string[] {
  const shown = full ? evidence : evidence.slice(0, SHORT_EVIDENCE);
  const rest = evidence.length - shown.length;
  const lines = [
    ...shown.map((line) => withoutEllipsis(safe(line), style)),
    ...(rest > 0 ? [`+${rest} more; \`why\` shows them`] : []),
  ];
  const lead = style.accessible ? '' : '  ';
  return lines.flatMap((line) =>
    evidenceLine(line, proseWidth(style) - lead.length, style).map((part) => `${lead}${part}`),
  );
}

/** The one sign of ours in evidence; what stands in quotes is data. */
function withoutEllipsis(line: string, { ascii }: Style): string {
  return ascii ? line.replace(/ …$/, ' ...') : line;
}

/** Wrapping closes up spaces, so the word before a row of labels ("yours     {…}") keeps its column by itself. */
function evidenceLine(line: string, width: number, style: Style): readonly string[] {
  if (style.accessible) return wrapText(spokenEvidence(line), width);
  const head = /^\S+ {2,}/.exec(line)?.[0] ?? '';
  return wrapText(line.slice(head.length), width - head.length, '  ').map(
    (part, index) => (index === 0 ? head : ' '.repeat(head.length)) + part,
  );
}

/** `yours     {job="x"}  1` is "Yours: {job="x"}, value 1". */
function spokenEvidence(line: string): string {
  const said = line.replace(/^(\w)(\w*) {2,}/, (_, first: string, rest: string) => `${first.toUpperCase()}${rest}: `);
  return said.replace(/ {2,}(\S+)$/, ', value $1');
}

function wrongResult({ beside, full }: ShownVerdict, style: Style): readonly string[] {
  return beside === undefined ? [] : [renderBeside(beside, full ? 20 : 5, style)];
}

/** Value of the learner's row, value of the wanted row, and which row it is. */
export function renderBeside(beside: Beside, limit: number, style: Style): string {
  // One or two rows above the limit are not worth hiding.
  const shown = beside.rows.length <= limit + 2 ? beside.rows : beside.rows.slice(0, limit);
  const common = commonLabels(beside.rows.map(({ labels }) => labels));
  const omit = common.map(([name]) => name);
  const columns = [
    { head: 'yours', align: 'right', role: 'number' },
    { head: 'wanted', align: 'right', role: 'number' },
    { head: '' },
    { head: style.accessible ? '' : 'row' },
  ] as const;
  const rows = shown.map((row): readonly Cell[] => [
    side(row.yours, style),
    side(row.wanted, style),
    besideWord(row),
    style.accessible ? spokenLabels(row, omit) : renderLabels(row.labels, omit),
  ]);
  const hidden = beside.rows.length - shown.length;
  const notes = [
    ...(common.length === 0
      ? []
      : [`all rows: ${common.map(([name, value]) => `${name}${style.accessible ? ' ' : '='}${value}`).join(', ')}`]),
    ...(beside.inBoth === 0
      ? []
      : [`and ${counted(beside.inBoth, 'row')} that ${beside.inBoth === 1 ? 'is' : 'are'} right`]),
    ...(hidden === 0 ? [] : [`and ${hidden} more that differ; \`why\` shows them`]),
  ];
  return [
    renderTable(columns, rows, style, { rowName: 'Row', more: hidden }),
    ...notes.flatMap((note) => wrapText(safe(note), proseWidth(style))).map((line) => paint(style, 'dim', line)),
  ].join('\n');
}

function spokenLabels({ labels }: BesideRow, omit: readonly string[]): string {
  const pairs = labelPairs(labels, omit).map(([name, value]) => `${name} ${value}`);
  return pairs.length === 0 ? 'no labels' : pairs.join(', ');
}

function side(value: BesideRow['yours'], style: Style): string {
  if (value === undefined) return style.accessible ? 'nothing' : '-';
  return typeof value === 'string' ? JSON.stringify(value) : formatValue(value, { spoken: style.accessible });
}

function besideWord({ yours, wanted }: BesideRow): Cell {
  if (yours === undefined) return { text: 'missing', role: 'wrong' };
  if (wanted === undefined) return { text: 'not wanted', role: 'wrong' };
  return { text: 'other value', role: 'warn' };
}

/** The result at the moment of the exercise, and the query next door. */
function rightResult({ exercise, verdict, full }: ShownVerdict, style: Style): readonly string[] {
  if (!answeredByQuery(exercise)) return [];
  const result = verdict.shown === undefined ? [] : [renderRows(verdict.shown.result, full ? 0 : 10, style)];
  const { neighbour } = exercise;
  if (neighbour === undefined) return result;
  const head = style.accessible ? 'Try next:' : 'next door:';
  const query = `${paint(style, 'hint', head)} ${highlightQuery(neighbour.query, style)}`;
  return [...result, neighbour.text === '' ? query : [query, prose(neighbour.text, style)].join('\n')];
}
