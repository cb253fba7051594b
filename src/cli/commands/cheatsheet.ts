import { EXIT } from '../../model/errors.ts';
import { type CheatLesson, renderCheatsheet, renderMarkdownSheet } from '../../render/cheatsheet.ts';
import { safe, safeJson, safeLines } from '../../render/safe.ts';
import { answeredByQuery } from '../../tutor/lesson.ts';
import { lessonStatus } from '../../tutor/progress.ts';
import { courseOf } from '../course-of.ts';
import { readable } from '../player-plain-text.ts';
import type { CommandRun } from '../spec.ts';
import type { cheatsheetSpec } from '../specs/cheatsheet.ts';

/** The queries somebody solved exercises with, lesson by lesson. */
export const runCheatsheet: CommandRun<typeof cheatsheetSpec> = async (given, _args, options) => {
  const context = readable(given);
  const { course, progress: file } = courseOf(context, options.course);
  const { progress, notices } = await file.load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  const sheet = course.lessons.flatMap((lesson): readonly CheatLesson[] => {
    const entries = lessonStatus(progress, lesson).exercises.flatMap(({ exercise, solved, solvedWith, lastLine }) => {
      if (!solved || !answeredByQuery(exercise)) return [];
      // Files of older versions do not say which answer was the right one.
      const query = solvedWith ?? lastLine ?? exercise.reference;
      return [{ id: exercise.id, task: withoutNumbers(exercise.task), query: safeLines(query) }];
    });
    return entries.length === 0 ? [] : [{ number: lesson.number, slug: lesson.slug, title: lesson.title, entries }];
  });
  if (context.json) context.out(safeJson(sheet, undefined, 2));
  else if (options.markdown === true) context.out(renderMarkdownSheet(sheet));
  else context.out(renderCheatsheet(sheet, context.style));
  return EXIT.ok;
};

/** Numbers of the data are of one day; the sheet is for longer. */
function withoutNumbers(task: string): string {
  return task.replace(/\{\{.*?\}\}(?!\})/gs, '…').replace(/\s+/g, ' ');
}
