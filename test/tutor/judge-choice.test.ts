import { describe, expect, it } from 'vitest';
import { judgeChoice } from '../../src/tutor/judge-choice.ts';
import type { Choice } from '../../src/tutor/lesson.ts';

const single: Choice = {
  kind: 'choice',
  line: 1,
  id: 'x/1',
  number: 1,
  hash: 'h',
  task: 'Which?',
  options: [
    { key: 'a', text: 'It grows', right: false, feedback: 'No, it does not.' },
    { key: 'b', text: 'It falls', right: true, feedback: 'Yes, it does.' },
    { key: 'c', text: 'It stays', right: false, feedback: 'No, it moves.' },
  ],
  several: false,
  hints: [],
};
const several: Choice = {
  ...single,
  several: true,
  options: single.options.map((option) => ({ ...option, right: option.key !== 'c' })),
};

describe('an answer to a choice', () => {
  it.each<[Choice, string, string, string]>([
    [single, 'b', 'right', 'Yes, it does.'],
    [single, ' B ', 'right', 'Yes, it does.'],
    [single, '2', 'right', 'Yes, it does.'],
    [single, 'it FALLS', 'right', 'Yes, it does.'],
    [single, 'a', 'wrong', 'No, it does not.'],
    [single, 'a b', 'error', 'not one of the answers'],
    [single, 'd', 'error', 'not one of the answers'],
    [single, '4', 'error', 'not one of the answers'],
    [single, '', 'error', 'Nothing was typed'],
    [several, 'a b', 'right', 'No, it does not.'],
    [several, 'b,a', 'right', 'Yes, it does.'],
    [several, '1 and 2', 'right', 'No, it does not.'],
    [several, 'a', 'wrong', 'not all of it'],
    [several, 'a b c', 'wrong', 'No, it moves.'],
    [several, 'a b x', 'error', 'not one of the answers'],
  ])('%#: %s', (choice, answer, verdict, message) => {
    const found = judgeChoice(choice, answer);
    expect(found.verdict).toBe(verdict);
    expect(found.solved).toBe(verdict === 'right');
    expect(found.feedback[0]?.message).toContain(message);
  });
});
