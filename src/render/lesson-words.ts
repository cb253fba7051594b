import type { Next, Note, Session } from '../tutor/session-types.ts';
import type { Word } from '../tutor/session-words.ts';
import { proseWidth } from './lesson.ts';
import { prose } from './prose.ts';
import { safe } from './safe.ts';
import { paint, type Style } from './style.ts';
import { padEnd, wrapText } from './text.ts';

/** Short things said in passing. `about` fills the braces. */
const NOTES: { readonly [K in Note]: string } = {
  'type-an-answer': 'Type a query. `hint` helps, `skip` leaves this one for later, `?` lists all words.',
  'pick-one': 'Type the number of your choice, {}. `skip` goes on without one.',
  'pick-several': 'Type the numbers of all that are right, such as 1 2. `skip` goes on without.',
  'type-a-number':
    'Type a number, such as 12 or 0.35. A query is run, too. `hint` helps, `skip` leaves this one for later.',
  'type-a-report':
    'Write a sentence or two on one line. A query is run, too. `hint` helps, `skip` leaves this one for later.',
  'mend-it': 'Mend it where it stands. To type a word such as `hint` instead, empty the line first (Ctrl-U).',
  'type-it-mended': 'Type it as it should be.',
  'guess-first': 'A guess costs nothing and makes you remember: type a number. `skip` shows the result at once.',
  'solved-before': 'You have solved this one. Answer it again, or Enter to go on.',
  'hint-offer': 'Stuck? `hint` gives you a nudge, `why` shows all that is known about your last answer.',
  'hint-again': 'You have hint {} and have not tried since. Try it, or type `hint` once more for the next.',
  'hints-over': 'There are no more hints. `solution` shows one answer, `skip` leaves it for later.',
  'no-hint-here': 'There are no hints here.',
  'no-solution-here': 'There is no solution to show here: nothing was asked for.',
  'nothing-to-explain': 'Nothing was judged on this screen yet. Answer first, then `why` tells more.',
  skipped: 'Skipped {}. It stays open; `back` returns to it.',
  'at-start': 'This is the first screen.',
  'at-end': 'This is the end of the lesson; Enter leaves.',
  playing: 'Free prompt on the real clock: every query is run now, nothing is judged. `back to lesson` returns.',
  'not-playing': 'You are in the lesson. `play` opens a free prompt.',
  'back-in-lesson': 'Back in the lesson, and on its clock.',
  'test-out': 'Only the exercises from here on. `back` and `skip` still work.',
  review: 'What went wrong before, once more. `skip` leaves one for later.',
  'act-needs-stack':
    'Here something would be done to the running service. None runs, so the written history shows it instead.',
  'nothing-to-take-apart': 'There is no query to take apart here. Type one, then `explain` shows its parts.',
  'nothing-open': 'Every exercise of this lesson is solved.',
  'nothing-more': 'There is no result to show in full.',
  'unknown-word': '`{}` is no word here. `?` lists them.',
  'did-you-mean': 'Did you mean the word `{}`? That was not judged. (A metric of that name: put it in braces.)',
};

export function renderNote(note: Note, about: string | undefined, style: Style): string {
  return renderText(NOTES[note].replace('{}', safe(about ?? '')), style);
}

/** What each word does, by itself or by where it is typed. */
const WORDS: { readonly [K in Word]: string } = {
  hint: 'a nudge; four levels, the last is the answer',
  why: 'all that is known about your last answer',
  explain: 'the last query, part by part, with what each part gives',
  solution: 'one right answer, not sent yet',
  skip: 'go on without answering',
  back: 'the screen before',
  again: 'print this screen again',
  all: 'all rows of the last result',
  play: 'a free prompt on the real clock',
  lesson: 'back to the lesson',
  'test-out': 'only the exercises that are open',
  review: 'leave, and answer again what went wrong before',
  quit: 'leave; everything is saved (also Ctrl-C, Ctrl-D)',
  '?': 'this list',
};

/** The same for a menu, and the word as it is typed. */
export function wordInMenu(word: Word): { readonly typed: string; readonly help: string } {
  return { typed: typedWord(word), help: WORDS[word] };
}

function typedWord(word: Word): string {
  return word === 'lesson' ? 'back to lesson' : word;
}

const FIRST: { readonly [K in Session['phase'] | 'play']: string } = {
  go: 'Enter goes on. A query typed here is run at this moment.',
  end: 'Enter leaves. A query typed here is run.',
  guess: 'Type the number of your guess.',
  answer: 'Type your answer.',
  act: 'Enter does it. A query typed here is run now.',
  play: 'Type a query. It is run now and judged by nobody.',
};

/** Not in plain text mode, where the terminal itself edits the line. */
const UP_KEY = 'The up key brings older lines back.';

/** Below this many columns what a word does stands under it. */
const NARROW = 40;

/** The words that work now. */
export function renderWords(words: readonly Word[], phase: Session['phase'] | 'play', style: Style): string {
  const shown = words.map(typedWord);
  const width = Math.max(...shown.map((word) => word.length)) + 2;
  const lines = words.flatMap((word, index) => {
    const name = shown[index] ?? word;
    if (style.accessible) return wrapText(`${name}: ${WORDS[word]}`, proseWidth(style));
    if (style.width < NARROW) {
      return [
        `  ${paint(style, 'query', name)}`,
        ...wrapText(WORDS[word], style.width - 4).map((each) => `    ${each}`),
      ];
    }
    const text = wrapText(WORDS[word], proseWidth(style) - width - 2);
    const head = paint(style, 'query', padEnd(name, width));
    return text.map((line, at) => `  ${at === 0 ? head : ' '.repeat(width)}${line}`);
  });
  return [
    prose(style.accessible ? FIRST[phase] : `${FIRST[phase]} ${UP_KEY}`, style),
    ...lines,
    ...wrapText('A word that is also a metric here is typed with a colon: :hint', proseWidth(style)),
  ].join('\n');
}

type AskFor = Extract<Next, { readonly kind: 'ask' }>['for'];

const LABELS: { readonly [K in AskFor]: { readonly drawn: string; readonly spoken: string } } = {
  go: { drawn: 'Enter>', spoken: 'Press Enter to go on:' },
  end: { drawn: 'Enter>', spoken: 'Press Enter to leave:' },
  pick: { drawn: 'choose>', spoken: 'Your choice:' },
  query: { drawn: 'promql>', spoken: 'Your query:' },
  number: { drawn: 'number>', spoken: 'Your number:' },
  report: { drawn: 'report>', spoken: 'Your report:' },
  act: { drawn: 'Enter does it>', spoken: 'Press Enter to do it:' },
  play: { drawn: 'play>', spoken: 'Free query:' },
};

/** What stands before the line that is typed. */
export function promptLabel(asked: AskFor, style: Style): string {
  const { drawn, spoken } = LABELS[asked];
  return style.accessible ? `${spoken} ` : `${paint(style, 'label', drawn)} `;
}

/** What stands before the further lines of a query whose brackets are still open. */
export function moreLabel(style: Style): string {
  return style.accessible ? 'goes on: ' : `${paint(style, 'label', '   ...>')} `;
}

/** How to move, said once before the first screen. */
export function renderTips(style: Style): string {
  return renderText('Enter goes on, `hint` helps, `quit` leaves and saves, `?` lists all words.', style);
}

/** How a lesson is left: what is kept, and the way back. */
export function renderLeave(command: string, saved: boolean, style: Style): string {
  return renderText(`${saved ? 'Saved' : 'Not saved'}. Go on with: \`${command}\``, style);
}

/** What stood unsent on the line when the lesson was left, where it cannot be put back there. */
export function renderDraft(draft: string, style: Style): string {
  const lead = style.accessible ? 'Not sent yet:' : paint(style, 'dim', 'not sent yet:');
  return `${lead} ${safe(draft)}`;
}

/** Something in passing, in the colour of things in passing. */
export function renderText(markdown: string, style: Style): string {
  return paintLines(prose(markdown, style), style);
}

function paintLines(text: string, style: Style): string {
  return text
    .split('\n')
    .map((line) => (line.includes('\x1b') ? line : paint(style, 'dim', line)))
    .join('\n');
}
