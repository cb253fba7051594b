import type { Act, AnsweredByPick, Exercise, Option, Predict } from '../tutor/lesson.ts';
import type { ActOutcome } from '../tutor/session-types.ts';
import type { Solution } from '../tutor/solution.ts';
import { highlightQuery } from './highlight.ts';
import { indent, proseWidth } from './lesson.ts';
import { prose } from './prose.ts';
import { safe, safeLines } from './safe.ts';
import { paint, type Style } from './style.ts';
import { counted, wrapText } from './text.ts';

/** What is asked for, with its numbered options. `id` is the way to name an exercise, such as 4.2. */
export function renderQuestion(unit: Predict | Act | Exercise, id: string, style: Style): string {
  switch (unit.kind) {
    case 'predict':
      return [prose(`**Predict:** ${unit.question}`, style), options(unit.options, style)].join('\n');
    case 'act':
      return renderAct(unit, 'by Enter', style);
    case 'choice':
    case 'error':
      return picks(unit, id, style);
    case 'number': {
      const how = unit.unit === '' ? '' : ` (in ${unit.unit})`;
      return prose(`**Number ${id}:** ${unit.task}${how}`, style);
    }
    case 'report':
      return prose(`**Report ${id}:** ${unit.task}`, style);
    case 'query':
    case 'fix':
      return prose(`**Task ${id}:** ${unit.task}`, style);
  }
}

function picks(unit: AnsweredByPick, id: string, style: Style): string {
  const several = unit.several ? ['', prose('More than one is right: type them all, such as `1 2`.', style)] : [];
  // What ends in quoted text needs a line of air, or the first option reads like its last line.
  const air = /(?:```|\n {4}.*)\s*$/.test(unit.task) ? [''] : [];
  const question = prose(`**Question ${id}:** ${unit.task}`, style);
  return [question, ...air, options(unit.options, style), ...several].join('\n');
}

function options(all: readonly Option[], style: Style): string {
  if (style.accessible) return all.map(({ text }, index) => prose(`Choice ${index + 1}: ${text}`, style)).join('\n');
  return prose(all.map(({ text }, index) => `${index + 1}. ${text}`).join('\n'), style);
}

/** Something to be done to the running service, and the commands that do it. */
export function renderAct(unit: Act, how: 'by Enter' | 'by command', style: Style): string {
  const lead = how === 'by Enter' ? 'Enter does the same as' : 'Do it with';
  return [
    prose(`**Do:** ${unit.task}`, style),
    `${lead}:`,
    ...unit.actions.map((words) => indent(paint(style, 'query', safe(faultCommand(words))), style)),
  ].join('\n');
}

export function faultCommand(words: string): string {
  return `prom-tutor fault ${words}`;
}

/** What came of an act, in words; where it was seen, its rows and what is to be read after it follow. */
export function renderOutcome({ withinMs }: Act, outcome: ActOutcome, style: Style): string {
  switch (outcome.kind) {
    case 'seen':
      return paint(style, 'ok', 'Seen.');
    case 'late':
      return prose(
        `Not seen within ${counted(Math.round(withinMs / 1000), 'second')}. Enter does it once more and waits, \`skip\` shows it in the written history.`,
        style,
      );
    case 'left':
      return prose('Not waited for. The same in the written history:', style);
    case 'failed':
      return [
        ...wrapText(safeLines(outcome.message), proseWidth(style)).map((line) => paint(style, 'warn', line)),
        prose('Enter tries once more, `skip` shows it in the written history.', style),
      ].join('\n');
  }
}

/** What was predicted, after the result was seen. */
export function renderGuess(unit: Predict, key: string, style: Style): string {
  const index = unit.options.findIndex((option) => option.key === key);
  const option = unit.options[index];
  if (option === undefined) return '';
  const said = `${style.accessible ? 'Your guess' : 'your guess'}, ${index + 1}:`;
  const word = option.right ? paint(style, 'ok', 'right.') : paint(style, 'warn', 'not so.');
  return [`${said} ${word}`, ...(option.feedback === '' ? [] : [prose(option.feedback, style)])].join('\n');
}

/** A hint; the last of all holds the answer, and comes with its reason. */
export function renderHint(
  exercise: Exercise,
  { level, of, solution }: { readonly level: number; readonly of: number; readonly solution: Solution },
  style: Style,
): string {
  const given = exercise.hints[level - 1] ?? `The answer: ${asCode(exercise, solution.answer)}`;
  const head = `Hint ${level} of ${of}:`;
  const hint = style.accessible
    ? [prose(`${head} ${given}`, style)]
    : [paint(style, 'hint', head), prose(given, style)];
  const reasons = level === of ? solution.reasons.map((reason) => prose(reason, style)) : [];
  return [...hint, ...reasons].join('\n');
}

function asCode({ kind }: Exercise, answer: string): string {
  return kind === 'report' ? answer : `\`${answer}\``;
}

/** A right answer; why it is right is told when it was sent. `prefilled`: it stands on the learner's line already. */
export function renderSolution(exercise: Exercise, solution: Solution, prefilled: boolean, style: Style): string {
  const how = prefilled
    ? 'It stands on your line, not sent yet: read it, change it, Enter sends it.'
    : 'Type it to go on.';
  return [paint(style, 'hint', 'Solution:'), solutionText(exercise, solution.answer, style), prose(how, style)].join(
    '\n',
  );
}

function solutionText({ kind }: Exercise, answer: string, style: Style): string {
  if (kind === 'query' || kind === 'fix') return indent(highlightQuery(answer, style), style);
  return wrapText(safeLines(answer), proseWidth(style) - 2)
    .map((line) => indent(line, style))
    .join('\n');
}
