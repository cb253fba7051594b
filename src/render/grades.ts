import type { VerdictKind } from '../tutor/verdict.ts';
import { proseWidth } from './lesson.ts';
import { prose } from './prose.ts';
import { safeLines } from './safe.ts';
import { paint, type Role, type Style } from './style.ts';
import { wrapText } from './text.ts';

/** One answer and what became of it. Messages may hold words of a server. */
export type GradedAnswer = {
  readonly id: string;
  readonly answer: string;
  readonly solved: boolean;
  readonly verdict: VerdictKind;
  readonly messages: readonly string[];
};

/** A line for every answer, what is wrong with those that are, and how many are right. */
export function renderGrades(graded: readonly GradedAnswer[], style: Style): string {
  const right = graded.filter(({ solved }) => solved).length;
  return [...graded.map((one) => renderGrade(one, style)), prose(`${right} of ${graded.length} right.`, style)].join(
    '\n',
  );
}

const WORDS: { readonly [K in VerdictKind]: { readonly text: string; readonly role: Role } } = {
  right: { text: 'right', role: 'ok' },
  'right-with-note': { text: 'right, with a note', role: 'ok' },
  wrong: { text: 'wrong', role: 'wrong' },
  error: { text: 'cannot be run', role: 'wrong' },
  empty: { text: 'finds nothing', role: 'wrong' },
};

function renderGrade({ id, answer, solved, verdict, messages }: GradedAnswer, style: Style): string {
  const { text, role } = WORDS[verdict];
  const said = solved && verdict !== 'right-with-note' ? [] : messages.slice(0, verdict === 'error' ? 2 : 1);
  const lead = style.accessible ? '' : '  ';
  const head = `${id}: ${paint(style, role, text)}`;
  if (solved && said.length === 0) return head;
  return [
    head,
    ...wrapText(safeLines(answer).replace(/\n/g, ' '), proseWidth(style) - 2).map((line) => `${lead}${line}`),
    ...said.flatMap((message) =>
      prose(message, { ...style, width: proseWidth(style) - lead.length })
        .split('\n')
        .map((line) => (line === '' ? line : `${lead}${line}`)),
    ),
  ].join('\n');
}
