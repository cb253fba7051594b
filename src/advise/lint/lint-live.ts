import type { AdviceQuestion } from '../context.ts';
import { diagnose } from '../diagnose.ts';
import type { DetectorId } from '../finding.ts';
import { lintRule, ruleOfMistake } from '../lint-rules.ts';
import type { LintFinding } from './finding.ts';

/** What only data prove, and what they prove beyond what the tree says. */
const ASKED: readonly DetectorId[] = ['M03', 'M06', 'M11', 'M16', 'M17', 'M18', 'M22', 'M23', 'M26', 'M33', 'M37'];

/** What a server says of a query that it accepts, without what `known` findings say already. */
export async function lintLive(
  question: AdviceQuestion,
  known: readonly LintFinding[],
): Promise<readonly LintFinding[]> {
  const open = ASKED.filter((id) => !known.some(({ rule }) => rule === ruleOfMistake(id)));
  const found = await diagnose(question, { voices: ['first', 'empty'], only: open, most: 1 });
  const end = question.query.length;
  return found.flatMap(({ id, sentence, facts = [], fix }): readonly LintFinding[] => {
    const rule = ruleOfMistake(id);
    if (rule === undefined) return [];
    return [
      {
        rule,
        layer: 'live',
        certainty: lintRule(rule).certainty,
        span: { start: 0, end },
        message: [sentence, ...facts].join(' '),
        ...(fix === undefined ? {} : { fix: [{ span: { start: 0, end }, text: fix.query }] }),
      },
    ];
  });
}
