import { EXIT } from '../model/errors.ts';
import { safe } from '../render/safe.ts';
import type { Lesson } from '../tutor/lesson.ts';
import type { SessionStart } from '../tutor/session.ts';
import type { Context } from './context.ts';
import type { CourseRoom } from './course-of.ts';
import { type Played, playLesson } from './player.ts';
import { lessonCompletion } from './player-completer.ts';
import { type GroundOptions, ignoredVariable, lessonGround } from './player-ground.ts';
import { offerStart, promptFor } from './player-start.ts';

/** One lesson to be played; `back`, `next`: the commands that return to it and that go on from it, before their suffixes. */
export type LessonPlan = {
  readonly lesson: Lesson;
  readonly only?: SessionStart['only'];
  readonly recap: boolean;
  readonly back: string;
  readonly next: string | undefined;
};

/**
 * Plays lessons one after the other at a terminal, on the running stack; offers to start one where none runs. Ends with
 * the first lesson that is left before its end. The exit code is that of the last one played.
 */
export async function playLessons(
  context: Context,
  room: CourseRoom,
  plans: readonly LessonPlan[],
  options: GroundOptions,
): Promise<Played> {
  const prompt = promptFor(context);
  let found = await lessonGround(context, options);
  if ('error' in found) {
    const ended = await offerStart(context, prompt, found);
    if (ended !== undefined) return { code: ended, left: true };
    found = await lessonGround(context, options);
    if ('error' in found) throw found.error;
  }
  const ignored = ignoredVariable(context, options);
  if (ignored !== undefined) context.note(`note: ${safe(ignored)}`);
  const { ground, t0Ms } = found;
  const suffix = `${room.suffix}${found.suffix}`;
  const { now: clockMs } = context.io;
  const completion = lessonCompletion({ source: ground.source, nowMs: () => t0Ms ?? clockMs(), clockMs });
  try {
    let played: Played = { code: EXIT.ok, left: false };
    for (const [index, { lesson, only, recap, back, next }] of plans.entries()) {
      played = await playLesson({
        context,
        prompt,
        completion,
        lesson,
        ground,
        t0Ms,
        progress: room.progress,
        returnCommand: `${back}${suffix}`,
        nextCommand: next === undefined ? undefined : `${next}${suffix}`,
        recap,
        faults: found.faults,
        silent: index > 0,
        ...(only === undefined ? {} : { only }),
      });
      if (played.left) return played;
    }
    return played;
  } finally {
    completion.close();
    await ground.source.close();
  }
}
