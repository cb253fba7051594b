import { EXIT } from '../../model/errors.ts';
import { type ReviewView, renderReviewEnd, renderReviewList } from '../../render/review.ts';
import { safe, safeJson } from '../../render/safe.ts';
import { type DueLesson, dueExercises } from '../../tutor/review.ts';
import type { Context } from '../context.ts';
import { type CourseRoom, courseOf } from '../course-of.ts';
import { type LessonPlan, playLessons } from '../play-lessons.ts';
import { atClock } from '../player-ground.ts';
import { offerPlainText, readable } from '../player-plain-text.ts';
import type { CommandRun } from '../spec.ts';
import type { reviewSpec } from '../specs/review.ts';

/** Asks again what went wrong and is due; in a pipe it is listed. */
export const runReview: CommandRun<typeof reviewSpec> = async (given, _args, options) => {
  const context = atClock(readable(given), options.now);
  const room = courseOf(context, options.course);
  const { progress, notices } = await room.progress.load();
  for (const notice of notices) context.note(`note: ${safe(notice)}`);
  const atMs = options.all === true ? Number.POSITIVE_INFINITY : context.io.now();
  const { due } = dueExercises(room.course.lessons, progress, atMs);
  const view = await viewOf(context, room, due);
  if (context.json) {
    context.out(safeJson(view, undefined, 2));
    return EXIT.ok;
  }
  if (due.length === 0 || !context.interactive) {
    context.out(renderReviewList(view, context.style));
    return EXIT.ok;
  }
  const asking = await offerPlainText(context);
  const plans = due.map(
    ({ lesson, ids }): LessonPlan => ({
      lesson,
      only: { ids: new Set(ids), why: 'review' },
      recap: false,
      back: 'prom-tutor review',
      next: undefined,
    }),
  );
  const played = await playLessons(asking, room, plans, options);
  if (!played.left) asking.out(renderReviewEnd(await viewOf(asking, room, []), asking.style));
  return played.code;
};

/** What is due, and when the next mistake comes back. */
async function viewOf(context: Context, room: CourseRoom, due: readonly DueLesson[]): Promise<ReviewView> {
  const { progress } = await room.progress.load();
  const { nextMs } = dueExercises(room.course.lessons, progress, context.io.now());
  return {
    due: due.flatMap(({ lesson, ids }) => ids.map((id) => ({ id, lesson: lesson.number, title: lesson.title }))),
    ...(nextMs === undefined ? {} : { nextAt: new Date(nextMs).toISOString() }),
    command: `prom-tutor review${room.suffix}`,
  };
}
