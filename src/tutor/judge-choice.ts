import type { AnsweredByPick, Option } from './lesson.ts';
import type { Feedback, Verdict } from './verdict.ts';
import { listed } from './words.ts';

/** Judges an answer to a choice: numbers as a lesson shows them ("2", "1 3"), letters ("b", "a,c") or an option's whole text. */
export function judgeChoice(exercise: AnsweredByPick, answer: string): Verdict {
  const chosen = chosenOptions(exercise, answer);
  if (chosen === undefined) return unreadable(exercise, answer);
  const wrong = chosen.filter(({ right }) => !right);
  if (wrong.length > 0) return { solved: false, verdict: 'wrong', feedback: wrong.map(misunderstood) };
  const missing = exercise.options.filter((option) => option.right && !chosen.includes(option));
  if (missing.length > 0) {
    const message = `${listed(chosen.map((option) => `\`${exercise.options.indexOf(option) + 1}\``))} is right, but not all of it.`;
    return { solved: false, verdict: 'wrong', feedback: [{ kind: 'difference', message, evidence: [] }] };
  }
  return {
    solved: true,
    verdict: 'right',
    feedback: chosen.map(({ feedback }) => ({ kind: 'why', message: feedback, evidence: [] })),
  };
}

function chosenOptions({ options, several }: AnsweredByPick, answer: string): readonly Option[] | undefined {
  const typed = answer.trim().toLowerCase();
  const whole = options.find(({ text }) => text.trim().toLowerCase() === typed);
  if (whole !== undefined) return [whole];
  const words = typed.split(/[\s,;]+/).filter((word) => word !== '' && word !== 'and');
  const found = words.map((word) => options.find(({ key }, index) => word === key || word === String(index + 1)));
  if (found.length === 0 || found.includes(undefined) || (found.length > 1 && !several)) return undefined;
  return [...new Set(found as readonly Option[])];
}

function unreadable({ options, several }: AnsweredByPick, answer: string): Verdict {
  const example = several ? 'numbers such as `1 2`' : 'one number';
  const message = answer.trim() === '' ? 'Nothing was typed.' : 'That is not one of the answers.';
  const feedback: Feedback = {
    kind: 'syntax',
    message: `${message} Answer with ${example}, from 1 to ${options.length}.`,
    evidence: [],
  };
  return { solved: false, verdict: 'error', feedback: [feedback] };
}

function misunderstood({ feedback }: Option): Feedback {
  return { kind: 'misconception', message: feedback, evidence: [] };
}
