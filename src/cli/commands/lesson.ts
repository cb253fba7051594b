import { EXIT, UsageError } from '../../model/errors.ts';
import { prose } from '../../render/prose.ts';
import { safe } from '../../render/safe.ts';
import { type Chapter, type Course, exercisesOf, type Lesson } from '../../tutor/lesson.ts';
import { findLesson } from '../../tutor/load-lessons.ts';
import { lessonStatus, type Progress } from '../../tutor/progress.ts';
import { lessonAfter, nextThing, startsInTheMiddle } from '../../tutor/session-next.ts';
import type { Context } from '../context.ts';
import { type CourseRoom, courseOf } from '../course-of.ts';
import { type LessonPlan, playLessons } from '../play-lessons.ts';
import { atClock, ignoredVariable, lessonGround } from '../player-ground.ts';
import { lessonJson } from '../player-json.ts';
import { offerPlainText, readable } from '../player-plain-text.ts';
import { printLesson } from '../player-print.ts';
import { runCommand } from '../player-start.ts';
import type { OptionsOf } from '../spec.ts';
import type { lessonSpec } from '../specs/lesson.ts';

type Options = OptionsOf<typeof lessonSpec>;

/**
 * Takes a lesson at a prompt; without a terminal, or with `--print`, prints it whole. Without a name: the lesson that was
 * left, or the next one.
 */
export async function runLesson(given: Context, args: readonly string[], options: Options): Promise<number> {
  const context = atClock(readable(given), options.now);
  const room = courseOf(context, options.course);
  const wanted = wantedOf(args, options);
  if (options.testOut !== undefined) return testOut(context, room, options.testOut, options);
  if (context.interactive && !context.json && options.print !== true) {
    return playOne(await offerPlainText(context), room, wanted, options);
  }
  const { progress } = await room.progress.load();
  const lesson = chosen(room.course, progress, wanted);
  const found = await lessonGround(context, { ...options, standIn: true });
  if ('error' in found) throw found.error;
  const ignored = ignoredVariable(context, options);
  if (ignored !== undefined) context.note(`note: ${safe(ignored)}`);
  try {
    const suffix = `${room.suffix}${found.suffix}`;
    const next = lessonAfter(room.course, progress, lesson);
    const printed = { context, lesson, ground: found.ground, t0Ms: found.t0Ms, suffix, next };
    if (context.json) context.out(await lessonJson(printed));
    else await printLesson(printed);
    return EXIT.ok;
  } finally {
    await found.ground.source.close();
  }
}

async function playOne(context: Context, room: CourseRoom, wanted: string, options: Options): Promise<number> {
  const { course } = room;
  const { progress } = await room.progress.load();
  const lesson = chosen(course, progress, wanted);
  const next = lessonAfter(course, progress, lesson);
  const plan: LessonPlan = {
    lesson,
    recap: startsInTheMiddle(course, progress, lesson),
    back: commandFor(lesson),
    next: next === undefined ? 'prom-tutor cheatsheet' : commandFor(next),
  };
  const played = await playLessons(context, room, [plan], options);
  return played.to === 'review' ? runCommand(context, 'review', reviewOptions(options)) : played.code;
}

/** What of the options a review takes over. */
function reviewOptions({ print: _, guide: __, testOut: ___, ...options }: Options): object {
  return options;
}

/** Every exercise of a chapter that is not solved, one after the other. */
async function testOut(context: Context, room: CourseRoom, chapter: Chapter, options: Options): Promise<number> {
  if (!context.interactive || context.json) {
    throw new UsageError('--test-out asks for answers, and nobody is there to give them', {
      hint: 'In a pipe answers are judged by: prom-tutor grade FILE',
    });
  }
  const { progress } = await room.progress.load();
  const lessons = room.course.lessons.filter((lesson) => lesson.chapter === chapter);
  const back = `prom-tutor lesson --test-out ${chapter.toLowerCase()}`;
  const plans = lessons.flatMap((lesson): readonly LessonPlan[] => {
    const open = lessonStatus(progress, lesson).exercises.filter(({ solved }) => !solved);
    const ids = new Set(open.map(({ exercise }) => exercise.id));
    const only = { ids, why: 'test-out' } as const;
    return ids.size === 0 ? [] : [{ lesson, only, recap: false, back, next: undefined }];
  });
  if (plans.length > 0) {
    const played = await playLessons(await offerPlainText(context), room, plans, options);
    if (played.left) return played.code;
  }
  const after = (await room.progress.load()).progress;
  const solved = lessons.reduce((sum, lesson) => sum + lessonStatus(after, lesson).solved, 0);
  const all = lessons.reduce((sum, lesson) => sum + exercisesOf(lesson).length, 0);
  context.out(prose(`Chapter ${chapter}: ${solved} of ${all} exercises solved.`, context.style));
  return EXIT.ok;
}

function wantedOf(args: readonly string[], { guide, testOut: chapter }: Options): string {
  if (chapter !== undefined && (guide !== undefined || args.length > 0)) {
    throw new UsageError('--test-out is about a chapter, not about one lesson', {
      hint: 'Inside a lesson the word test-out asks what is open in it.',
    });
  }
  if (guide === undefined) return args.join(' ');
  if (args.length > 0) throw new UsageError('name a lesson or a section with --guide, not both');
  return guide;
}

/** The lesson that was named, or where one goes on; after the last one the first again. */
function chosen(course: Course, progress: Progress, wanted: string): Lesson {
  if (wanted !== '') return findLesson(course, wanted);
  const lesson = nextThing(course, progress)?.lesson ?? course.lessons[0];
  if (lesson === undefined) {
    throw new UsageError('there is no lesson in this course', { hint: 'A first one: prom-tutor lessons new SLUG' });
  }
  return lesson;
}

function commandFor(lesson: Lesson): string {
  return `prom-tutor lesson ${lesson.number}`;
}
