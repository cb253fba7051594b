import { type Asker, askerOf } from './ask.ts';
import type { Ground } from './ground.ts';
import { passes } from './judge-query.ts';
import { type AnsweredByQuery, answeredByQuery, exercisesOf, type Lesson } from './lesson.ts';
import { type Mutant, mutantsOf } from './mutants.ts';
import { normalised } from './recognise.ts';

/** What became of the mutants of one exercise. */
export type MutationReport = {
  readonly exercise: AnsweredByQuery;
  /** How many were tried. */
  readonly tried: number;
  /** Judged right, and nothing in the lesson says why: the exercise has a hole, or a reason is to be written down. */
  readonly survivors: readonly Mutant[];
  /** Judged right, as the lesson says, with its reason. */
  readonly listed: readonly (Mutant & { readonly reason: string })[];
  /** Listed as equivalent, but no mutant is it: the entry can go. What passes on some data only stays listed. */
  readonly idle: readonly string[];
};

/**
 * Makes wrong answers out of the reference, each by one change, and says which of them would be judged right. Answers
 * that the lesson accepts are no mutants. Throws `UnavailableError` when the server does not answer.
 */
export async function mutateExercise(
  exercise: AnsweredByQuery,
  ground: Ground,
  asker: Asker = askerOf(ground),
): Promise<MutationReport> {
  const { accept, acceptWithNote, equivalents } = exercise;
  const right = new Set([...accept, ...acceptWithNote.map(({ query }) => query)].map(normalised));
  const reasons = new Map(equivalents.map(({ query, reason }) => [normalised(query), reason]));
  const mutants = mutantsOf(exercise.reference).filter(({ query, change }) => {
    if (right.has(normalised(query))) return false;
    return exercise.window === 'fixed' || !change.startsWith('window');
  });
  const survivors: Mutant[] = [];
  const listed: (Mutant & { readonly reason: string })[] = [];
  for (const mutant of mutants) {
    if (!(await passes(exercise, mutant.query, ground, asker))) continue;
    const reason = reasons.get(normalised(mutant.query));
    if (reason === undefined) survivors.push(mutant);
    else listed.push({ ...mutant, reason });
  }
  const met = new Set(mutants.map(({ query }) => normalised(query)));
  const idle = equivalents.map(({ query }) => query).filter((query) => !met.has(normalised(query)));
  return { exercise, tried: mutants.length, survivors, listed, idle };
}

/** All exercises of a lesson that are answered with a query, one after the other. */
export async function* mutateLesson(lesson: Lesson, ground: Ground): AsyncGenerator<MutationReport> {
  const asker = askerOf(ground);
  for (const exercise of exercisesOf(lesson)) {
    if (answeredByQuery(exercise)) yield mutateExercise(exercise, ground, asker);
  }
}
