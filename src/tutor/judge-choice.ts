import type { Choice, Option } from './lesson.ts';
import type { Feedback, Verdict } from './verdict.ts';
import { listed } from './words.ts';

/** Judges an answer to a choice: letters ("b", "a c", "a,c"), numbers ("2") or an option's whole text. */
export function judgeChoice(exercise: Choice, answer: string): Verdict {
  const chosen = chosenOptions(exercise, answer);
  if (chosen === undefined) return unreadable(exercise, answer);
  const wrong = chosen.filter(({ right }) => !right);
  if (wrong.length > 0) return { solved: false, verdict: 'wrong', feedback: wrong.map(misunderstood) };
  const missing = exercise.options.filter((option) => option.right && !chosen.includes(option));
  if (missing.length > 0) {
    const message = `${listed(chosen.map(({ key }) => `\`${key}\``))} is right, but not all of it.`;
    return { solved: false, verdict: 'wrong', feedback: [{ kind: 'difference', message, evidence: [] }] };
  }
  return {
    solved: true,
    verdict: 'right',
    feedback: chosen.map(({ feedback }) => ({ kind: 'why', message: feedback, evidence: [] })),
  };
}

function chosenOptions({ options, several }: Choice, answer: string): readonly Option[] | undefined {
  const typed = answer.trim().toLowerCase();
  const whole = options.find(({ text }) => text.trim().toLowerCase() === typed);
  if (whole !== undefined) return [whole];
  const words = typed.split(/[\s,;]+/).filter((word) => word !== '' && word !== 'and');
  const found = words.map((word) => options.find(({ key }, index) => word === key || word === String(index + 1)));
  if (found.length === 0 || found.includes(undefined) || (found.length > 1 && !several)) return undefined;
  return [...new Set(found as readonly Option[])];
}

function unreadable({ options, several }: Choice, answer: string): Verdict {
  const keys = options.map(({ key }) => key);
  const example = several ? `letters such as \`${keys.slice(0, 2).join(' ')}\`` : 'one letter';
  const message = answer.trim() === '' ? 'Nothing was typed.' : 'That is not one of the answers.';
  const feedback: Feedback = {
    kind: 'syntax',
    message: `${message} Answer with ${example}: ${keys.join(', ')}.`,
    evidence: [],
  };
  return { solved: false, verdict: 'error', feedback: [feedback] };
}

function misunderstood({ feedback }: Option): Feedback {
  return { kind: 'misconception', message: feedback, evidence: [] };
}
