import { type Asker, askerOf } from './ask.ts';
import type { Ground } from './ground.ts';
import { judgeChoice } from './judge-choice.ts';
import { judgeNumber } from './judge-number.ts';
import { judgeQuery } from './judge-query.ts';
import { judgeReport } from './judge-report.ts';
import type { Exercise, ExerciseKind } from './lesson.ts';
import { resolveText } from './resolve.ts';
import type { FeedbackKind, Verdict } from './verdict.ts';

export type JudgeOptions = {
  /** The zone in which times are shown, and in which a report may name them. UTC unless given. */
  readonly timeZone?: string;
  /** Remembers the answers of the ground; given where many answers to one exercise are judged. */
  readonly asker?: Asker;
};

/**
 * Judges what was typed at an exercise. A query is right when its result equals that of the reference or of an accepted
 * answer at every moment of the ground, whatever its text; when it is wrong the feedback says which mistake it is, or how
 * the result differs, with evidence from the data. Throws `UnavailableError` when the server does not answer.
 */
export async function judge(
  exercise: Exercise,
  answer: string,
  ground: Ground,
  options: JudgeOptions = {},
): Promise<Verdict> {
  const asker = options.asker ?? askerOf(ground);
  const judgeOne = JUDGES[exercise.kind] as Judge<Exercise>;
  const verdict = await judgeOne(exercise, answer, { ground, asker, options });
  const feedback = await Promise.all(
    verdict.feedback.map(async (item) =>
      FROM_LESSON.includes(item.kind)
        ? { ...item, message: (await resolveText(item.message, ground, asker)).text }
        : item,
    ),
  );
  return { ...verdict, feedback };
}

type Room = { readonly ground: Ground; readonly asker: Asker; readonly options: JudgeOptions };
type Judge<E extends Exercise> = (exercise: E, answer: string, room: Room) => Verdict | Promise<Verdict>;

const JUDGES: { readonly [K in ExerciseKind]: Judge<Extract<Exercise, { readonly kind: K }>> } = {
  choice: judgeChoice,
  error: judgeChoice,
  query: (exercise, answer, { ground, asker }) => judgeQuery(exercise, answer.trim(), ground, asker),
  fix: (exercise, answer, { ground, asker }) => judgeQuery(exercise, answer.trim(), ground, asker),
  number: (exercise, answer, { ground, asker }) => judgeNumber(exercise, answer, ground, asker),
  report: (exercise, answer, { ground, asker, options }) =>
    judgeReport(exercise, answer, ground, asker, options.timeZone),
};

/** Feedback whose words stand in the lesson and may hold numbers of the data; the others may hold words of the server. */
const FROM_LESSON: readonly FeedbackKind[] = ['why', 'note', 'misconception'];
