import { type Course, isExercise, type Lesson, type Text, type Unit } from './lesson.ts';

/** A place of the course where all words that were looked for stand. */
export type Hit = {
  readonly lesson: Lesson;
  /** The heading it stands under, or the id of the exercise; absent for the lesson's own title, goal and sections. */
  readonly where?: string;
  /** The line or sentence with the words in it. */
  readonly text: string;
};

/** Looks for words in what a learner gets to read: in any case of letters, all of them in one place, no hints and no answers. */
export function searchLessons(course: Course, wanted: string): readonly Hit[] {
  const words = wanted
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return course.lessons.flatMap((lesson) => {
    let heading: string | undefined;
    const hits = lesson.units.flatMap((unit) => {
      if (unit.kind === 'read' && unit.title !== undefined) heading = unit.title;
      const where = isExercise(unit) ? unit.id : heading;
      return textsIn(unit).flatMap((text) => hitIn(lesson, where, text, words));
    });
    return [...HEAD.flatMap((of) => of(lesson)).flatMap((text) => hitIn(lesson, undefined, text, words)), ...hits];
  });
}

const HEAD: readonly ((lesson: Lesson) => readonly string[])[] = [
  ({ title }) => [title],
  ({ goal }) => [goal],
  ({ guide }) => guide,
  ({ summary }) => summary,
];

function hitIn(lesson: Lesson, where: string | undefined, text: Text, words: readonly string[]): readonly Hit[] {
  // What stands there for a number of the data is no word of the lesson.
  const plain = text.replace(/\{\{.*?\}\}(?!\})/gs, '…').replace(/^```.*$/gm, '');
  const all = plain.toLowerCase();
  if (!words.every((word) => all.includes(word))) return [];
  return [{ lesson, ...(where === undefined ? {} : { where }), text: around(plain, words) }];
}

/** The sentence or line that holds most of the words, on one line. */
function around(text: string, words: readonly string[]): string {
  const pieces = text
    .split(/\n\s*\n|(?<=[.!?])\s+(?=[A-Z`])|\n(?=```|- |\d+\. )/)
    .map((piece) => piece.replace(/\s+/g, ' ').trim());
  const count = (piece: string) => words.filter((word) => piece.toLowerCase().includes(word)).length;
  return pieces.reduce((best, piece) => (count(piece) > count(best) ? piece : best), pieces[0] ?? '');
}

function textsIn(unit: Unit): readonly string[] {
  switch (unit.kind) {
    case 'read':
      return [...(unit.title === undefined ? [] : [unit.title]), unit.text];
    case 'demo':
      return [unit.query, unit.before, unit.after];
    case 'predict':
      return [unit.question, unit.demo.query, unit.demo.after];
    case 'picture':
      return [unit.query, unit.before, unit.after];
    case 'act':
      return [unit.task, unit.after];
    case 'error':
      return [unit.query, unit.task];
    case 'fix':
      return [unit.broken, unit.task];
    case 'number':
      return [unit.show.query, unit.task];
    case 'choice':
      return [unit.task, ...unit.options.map(({ text }) => text)];
    case 'query':
    case 'report':
      return [unit.task];
  }
}
