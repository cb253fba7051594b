import type { MutationReport } from '../tutor/mutate.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { counted } from './text.ts';

/** What became of the mutants of one exercise; `file` as it is shown. */
export type LessonMutation = MutationReport & { readonly file: string };

/** One line for an exercise, and one for every wrong answer that would pass, with its place in the file. */
export function renderMutation(report: LessonMutation, style: Style): string {
  const { exercise, tried, survivors, listed, idle, file } = report;
  const found = survivors.length + idle.length;
  const word = found === 0 ? paint(style, 'ok', 'ok') : paint(style, 'wrong', counted(found, 'finding'));
  const equivalent = listed.length === 0 ? '' : `, ${listed.length} equivalent as listed`;
  const at = `${file}:${exercise.line}`;
  return [
    `${exercise.id}: ${counted(tried, 'mutant')}${equivalent}, ${word}`,
    ...survivors.map(({ query, change }) => safe(`${at}: would be judged right (${change}): ${query}`)),
    ...idle.map((query) => safe(`${at}: listed as equivalent, but no mutant: ${query}`)),
  ].join('\n');
}

export function renderMutationSum(reports: readonly LessonMutation[]): string {
  const tried = reports.reduce((sum, one) => sum + one.tried, 0);
  const alive = reports.reduce((sum, { survivors }) => sum + survivors.length, 0);
  return `${counted(reports.length, 'exercise')}, ${counted(tried, 'mutant')}, ${alive} would pass`;
}
