import stringWidth from 'string-width';
import { askerOf } from './ask.ts';
import type { Find } from './check-lessons.ts';
import type { Ground } from './ground.ts';
import type { Lesson, Text, Unit } from './lesson.ts';
import { mapTexts, resolveText } from './resolve.ts';

const MOST_COLUMNS = 72;
/** One idea a screen: what is read before something is to be done. */
const MOST_LINES = 15;

/** Every number in the texts can be had, no line of prose is too wide, no screen too long. */
export async function checkTexts(lesson: Lesson, ground: Ground, find: Find): Promise<void> {
  const asker = askerOf(ground);
  const resolve = async (text: Text, line: number) => {
    const { text: resolved, problems } = await resolveText(text, ground, asker);
    for (const problem of problems) find(line, problem);
    return resolved;
  };
  for (const text of [...lesson.recap, ...lesson.summary]) checkWidth(await resolve(text, 1), 1, find);
  for (const text of [lesson.goal, ...lesson.neighbours.map((item) => item.text)]) await resolve(text, 1);
  const units: Unit[] = [];
  for (const unit of lesson.units) units.push(await mapTexts(unit, (text) => resolve(text, unit.line)));
  for (const unit of units) if (unit.kind === 'read') checkWidth(unit.text, unit.line, find);
  checkScreens(units, find);
}

function checkWidth(text: string, line: number, find: Find): void {
  for (const row of text.split('\n')) {
    const columns = stringWidth(row);
    if (columns > MOST_COLUMNS) find(line, `wider than ${MOST_COLUMNS} columns (${columns}): ${row}`);
  }
}

function checkScreens(units: readonly Unit[], find: Find): void {
  let lines = 0;
  for (const unit of units) {
    if (unit.kind === 'read') {
      lines += linesOf(unit.text) + (unit.title === undefined ? 0 : 1);
      continue;
    }
    const read =
      lines + wrappedLines(unit.kind === 'predict' ? unit.question : 'task' in unit ? unit.task : unit.before);
    if (read > MOST_LINES)
      find(unit.line, `${read} lines to read before there is something to do; ${MOST_LINES} are enough`);
    lines = 0;
  }
}

function linesOf(text: string): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}

/** Lines a paragraph takes at the width of prose, near enough. */
function wrappedLines(text: string): number {
  return text === '' ? 0 : Math.ceil(stringWidth(text.replace(/\s+/g, ' ')) / (MOST_COLUMNS - 4));
}
