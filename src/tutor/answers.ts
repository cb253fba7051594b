/** One answer of a file of answers; `line` from 1. */
export type GivenAnswer = { readonly id: string; readonly answer: string; readonly line: number };

/** What is wrong with a line of it. */
export type AnswerProblem = { readonly line: number; readonly message: string };

/**
 * Reads a file of answers: `id: answer` or id, tab, answer. An indented line goes on with the answer before, `#` at the
 * start of a line is a remark, empty lines do not count. All problems are found at once.
 */
export function readAnswers(text: string): {
  readonly answers: readonly GivenAnswer[];
  readonly problems: readonly AnswerProblem[];
} {
  const answers: GivenAnswer[] = [];
  const problems: AnswerProblem[] = [];
  for (const [index, raw] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const line = index + 1;
    if (raw.trim() === '' || raw.startsWith('#')) continue;
    const before = answers.at(-1);
    if (/^\s/.test(raw) && before !== undefined) {
      answers[answers.length - 1] = { ...before, answer: `${before.answer}\n${raw.trim()}`.trim() };
      continue;
    }
    const [, id, answer] = /^\s*([\w-]+[./]\d+)\s*[:\t]\s*(.*?)\s*$/.exec(raw) ?? [];
    if (id === undefined || answer === undefined) {
      problems.push({ line, message: 'not "id: answer", such as 4.2: rate(sse_errors_total[5m])' });
    } else if (answers.some((other) => other.id === id)) {
      problems.push({ line, message: `${id} is answered twice` });
    } else answers.push({ id, answer, line });
  }
  return { answers, problems };
}
