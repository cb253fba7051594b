import { EXIT, UsageError } from '../../model/errors.ts';
import type { Course, Lesson } from '../../tutor/lesson.ts';
import { findLesson, loadCourse } from '../../tutor/load-lessons.ts';
import type { Progress } from '../../tutor/progress.ts';
import { progressFile } from '../../tutor/progress-file.ts';
import { lessonAfter, nextThing, startsInTheMiddle } from '../../tutor/session-next.ts';
import type { Context } from '../context.ts';
import { playLesson } from '../player.ts';
import { ignoredVariable, type LessonGround, lessonGround } from '../player-ground.ts';
import { lessonJson } from '../player-json.ts';
import { offerPlainText, readable } from '../player-plain-text.ts';
import { printLesson } from '../player-print.ts';
import { offerStart, promptFor } from '../player-start.ts';
import type { OptionsOf } from '../spec.ts';
import type { lessonSpec } from '../specs/lesson.ts';
import { stateFolder } from '../stack-of.ts';

type Options = OptionsOf<typeof lessonSpec>;

/**
 * Takes a lesson at a prompt; without a terminal, or with `--print`, prints it whole. Without a name: the lesson that was
 * left, or the next one.
 */
export async function runLesson(given: Context, args: readonly string[], options: Options): Promise<number> {
  const context = readable(given);
  const course = loadCourse();
  const wanted = wantedOf(args, options);
  if (context.interactive && !context.json && options.print !== true) {
    return playInTerminal(await offerPlainText(context), course, wanted, options);
  }
  const { progress } = await fileOf(context).load();
  const lesson = chosen(course, progress, wanted);
  const found = await lessonGround(context, { ...options, standIn: true });
  if ('error' in found) throw found.error;
  tellIgnored(context, options);
  try {
    const room = { context, lesson, ground: found.ground, t0Ms: found.t0Ms, suffix: found.suffix };
    if (context.json) context.out(await lessonJson(room));
    else await printLesson(room);
    return EXIT.ok;
  } finally {
    await found.ground.source.close();
  }
}

async function playInTerminal(context: Context, course: Course, wanted: string, options: Options): Promise<number> {
  const file = fileOf(context);
  const { progress } = await file.load();
  const lesson = chosen(course, progress, wanted);
  const prompt = promptFor(context);
  let found = await lessonGround(context, options);
  if ('error' in found) {
    const ended = await offerStart(context, prompt, found);
    if (ended !== undefined) return ended;
    found = await lessonGround(context, options);
    if ('error' in found) throw found.error;
  }
  tellIgnored(context, options);
  try {
    const played = await playLesson({
      context,
      prompt,
      lesson,
      ground: found.ground,
      t0Ms: found.t0Ms,
      progress: file,
      returnCommand: commandFor(lesson, found),
      nextCommand: nextCommand(course, progress, lesson, found),
      recap: startsInTheMiddle(course, progress, lesson),
    });
    return played.code;
  } finally {
    await found.ground.source.close();
  }
}

function wantedOf(args: readonly string[], { guide }: Options): string {
  if (guide === undefined) return args.join(' ');
  if (args.length > 0) throw new UsageError('name a lesson or a section with --guide, not both');
  return guide;
}

/** The lesson that was named, or where one goes on; after the last one the first again. */
function chosen(course: Course, progress: Progress, wanted: string): Lesson {
  if (wanted !== '') return findLesson(course, wanted);
  const lesson = nextThing(course, progress)?.lesson ?? course.lessons[0];
  if (lesson === undefined) throw new Error('a course without lessons');
  return lesson;
}

function nextCommand(course: Course, progress: Progress, lesson: Lesson, found: LessonGround): string | undefined {
  const next = lessonAfter(course, progress, lesson);
  return next === undefined ? undefined : commandFor(next, found);
}

function commandFor(lesson: Lesson, { suffix }: LessonGround): string {
  return `prom-tutor lesson ${lesson.number}${suffix}`;
}

function tellIgnored(context: Context, options: Options): void {
  const ignored = ignoredVariable(context, options);
  if (ignored !== undefined) context.note(`note: ${ignored}`);
}

function fileOf({ io }: Context): ReturnType<typeof progressFile> {
  return progressFile(stateFolder(io), io);
}
