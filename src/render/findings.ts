import type { Finding, Report, Status } from '../doctor/finding.ts';
import { safe } from './safe.ts';
import { PROSE_WIDTH, paint, type Role, type Style } from './style.ts';
import { columnsOf, counted, wrapText } from './text.ts';

/**
 * What the doctor found, for people: failures first, then warnings, each with its evidence and the command that mends
 * it; then, in one line, what is in order and what was not looked at; last the most probable cause and what to run next.
 * With `all`, what is in order is shown in full too.
 */
export function renderReport(report: Report, style: Style, options: { readonly all: boolean }): string {
  const { findings } = report;
  const explained = (id: string) => findings.filter(({ because }) => because === id);
  const shown = options.all ? (['fail', 'warn', 'ok', 'skip'] as const) : (['fail', 'warn'] as const);
  const blocks = shown.flatMap((status) => {
    const group = findings.filter((finding) => finding.status === status);
    return group.map((finding, index) =>
      block(finding, explained(finding.id), style, `${index + 1} of ${group.length}`),
    );
  });
  const brief = options.all
    ? []
    : [inOrder(findings, style), notLookedAt(findings, style)].filter((line) => line !== '');
  return [...blocks, ...brief, closing(report, style)].join('\n\n');
}

/** A state in a word and a symbol, so that colour is never alone. */
const MARKS: {
  readonly [S in Status]: {
    readonly unicode: string;
    readonly ascii: string;
    readonly word: string;
    readonly role: Role;
  };
} = {
  fail: { unicode: '✗', ascii: 'x', word: 'fail', role: 'wrong' },
  warn: { unicode: '!', ascii: '!', word: 'warn', role: 'warn' },
  ok: { unicode: '✓', ascii: '+', word: 'ok', role: 'ok' },
  skip: { unicode: '-', ascii: '-', word: 'skip', role: 'dim' },
};

const SPOKEN: { readonly [S in Status]: string } = {
  fail: 'Problem',
  warn: 'Warning',
  ok: 'In order',
  skip: 'Not looked at',
};

const INDENT = '  ';

function block(finding: Finding, explained: readonly Finding[], style: Style, place: string): string {
  const sentence = `${safe(finding.title)}: ${safe(finding.sentence)}`;
  const lines = style.accessible
    ? wrapped(`${SPOKEN[finding.status]} ${place}: ${sentence}`, style)
    : headline(finding.status, sentence, style);
  const rest = [
    ...finding.evidence.filter((line) => line !== '').flatMap((line) => detail('evidence', safe(line), style)),
    ...(finding.fix === undefined ? [] : command(finding.status === 'ok' ? 'run' : 'fix', finding.fix, style)),
    ...(finding.advice === undefined ? [] : detail('do', safe(finding.advice), style)),
    ...(finding.link === undefined ? [] : command('read', finding.link, style)),
    ...(finding.lesson === undefined ? [] : command('learn', `prom-tutor lesson ${finding.lesson}`, style)),
    ...(explained.length === 0
      ? []
      : detail('explains', [...new Set(explained.map(({ title }) => safe(title)))].join(', '), style)),
  ];
  return [...lines, ...rest].join('\n');
}

function headline(status: Status, sentence: string, style: Style): readonly string[] {
  const lead = mark(status, style);
  const [first = '', ...more] = wrapText(sentence, width(style) - columnsOf(lead) - 1);
  const { role } = MARKS[status];
  return [`${paint(style, role, lead)} ${first}`, ...more.map((line) => ' '.repeat(columnsOf(lead) + 1) + line)];
}

function mark(status: Status, style: Style): string {
  const { unicode, ascii, word } = MARKS[status];
  return `${style.ascii ? ascii : unicode} ${word}`;
}

/** What the lines of a finding are called, padded so that they stand below each other. */
const LABELS = ['evidence', 'fix', 'run', 'do', 'read', 'learn', 'explains'] as const;

type Label = (typeof LABELS)[number];

const SPOKEN_LABELS: { readonly [L in Label]: string } = {
  evidence: 'Evidence',
  fix: 'To fix it, run',
  run: 'You can run',
  do: 'What to do',
  read: 'Read more',
  learn: 'The lesson about it',
  explains: 'This explains',
};

function detail(label: Label, text: string, style: Style): readonly string[] {
  if (style.accessible) return wrapped(`${SPOKEN_LABELS[label]}: ${text}`, style);
  const lead = `${INDENT}${`${label}:`.padEnd(10)}`;
  const [first = '', ...more] = wrapText(text, width(style) - columnsOf(lead));
  return [paint(style, 'dim', lead) + first, ...more.map((line) => ' '.repeat(columnsOf(lead)) + line)];
}

/** A command or an address stays on one line, however long: it is there to be copied. */
function command(label: Label, text: string, style: Style): readonly string[] {
  if (style.accessible) return [`${SPOKEN_LABELS[label]}: ${safe(text)}`];
  return [`${paint(style, 'dim', `${INDENT}${`${label}:`.padEnd(10)}`)}${paint(style, 'query', safe(text))}`];
}

function inOrder(findings: readonly Finding[], style: Style): string {
  const fine = findings.filter(({ status }) => status === 'ok').map(({ title }) => safe(title));
  if (fine.length === 0) return '';
  return brief('ok', `${counted(fine.length, 'check')}: ${fine.join(', ')}`, style);
}

function notLookedAt(findings: readonly Finding[], style: Style): string {
  const skipped = findings.filter(({ status, because }) => status === 'skip' && because === undefined);
  if (skipped.length === 0) return '';
  const what = `${counted(skipped.length, 'check does', 'checks do')} not apply here (--all tells why)`;
  return brief('skip', what, style);
}

function brief(status: Status, text: string, style: Style): string {
  if (style.accessible) return wrapped(`${SPOKEN[status]}: ${text}`, style).join('\n');
  return headline(status, text, style).join('\n');
}

function closing({ summary }: Report, style: Style): string {
  const lead = summary.status === 'fail' ? 'Most probable cause: ' : '';
  const lines = wrapped(lead + safe(summary.sentence), style);
  const next = summary.next === undefined ? [] : [`Next: ${paint(style, 'query', safe(summary.next))}`];
  return [...lines, ...next].join('\n');
}

function wrapped(text: string, style: Style): readonly string[] {
  return wrapText(text, width(style));
}

function width(style: Style): number {
  return Math.min(style.width, PROSE_WIDTH);
}
