import { COOKBOOK } from '../explorer/cookbook.ts';
import { type NamedQuery, queryStore } from '../explorer/named-queries.ts';
import { nearest } from '../lib/nearest.ts';
import { UsageError } from '../model/errors.ts';
import { answeredByQuery, type Demo, type Lesson } from '../tutor/lesson.ts';
import { loadCourse } from '../tutor/load-lessons.ts';
import { lessonStatus } from '../tutor/progress.ts';
import { progressFile } from '../tutor/progress-file.ts';
import { configFolder } from './config/config.ts';
import type { Context } from './context.ts';
import { stateFolder } from './stack-of.ts';

/** A named query and whose it is: those of cookbook and lessons have a `/` in their name and cannot be changed. */
export type FoundQuery = NamedQuery & { readonly of: 'own' | 'cookbook' | 'lesson' };

/** The query of that name. Throws `UserError` with the name that may have been meant. */
export async function findNamed(context: Context, name: string): Promise<FoundQuery> {
  const all = await namedQueries(context, name.includes('/') ? 'all' : 'own');
  const found = all.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = name.includes('/') ? all : await namedQueries(context, 'all');
  const [meant] = nearest(
    name,
    names.map((one) => one.name),
    1,
  );
  const unsolved = /^[\w-]+\/\d+$/.test(name) ? ' (answers of exercises have a name once they are solved)' : '';
  throw new UsageError(`no query is named "${name}"${unsolved}`, {
    hint: meant === undefined ? 'All names: prom-tutor queries --all' : `Did you mean @${meant}?`,
  });
}

/** One's own queries, or these and what cookbook and lessons hold. */
export async function namedQueries(context: Context, which: 'own' | 'all'): Promise<readonly FoundQuery[]> {
  const { io } = context;
  const own = (await queryStore(configFolder(io)).list()).map((one): FoundQuery => ({ ...one, of: 'own' }));
  if (which === 'own') return own;
  const { progress } = await progressFile(stateFolder(io), io).load();
  const lessons = loadCourse().lessons.flatMap((lesson) => [
    ...demosOf(lesson),
    ...lessonStatus(progress, lesson).exercises.flatMap(({ exercise, solved, solvedWith }): readonly FoundQuery[] =>
      solved && solvedWith !== undefined && answeredByQuery(exercise)
        ? [fixed(`${lesson.slug}/${exercise.number}`, solvedWith, 'your answer', 'lesson')]
        : [],
    ),
  ]);
  return [...own, ...COOKBOOK.flatMap(recipeQueries), ...lessons];
}

function recipeQueries({ slug, title, query, better }: (typeof COOKBOOK)[number]): readonly FoundQuery[] {
  return [
    fixed(`cookbook/${slug}`, query, title, 'cookbook'),
    fixed(`cookbook/${slug}-better`, better.query, `${title}, the better form`, 'cookbook'),
  ];
}

/** The queries a lesson runs by itself, in its order. Those that fail or return nothing on purpose are no use elsewhere. */
function demosOf(lesson: Lesson): readonly FoundQuery[] {
  const demos = lesson.units.flatMap((unit): readonly Demo[] =>
    unit.kind === 'demo' ? [unit] : unit.kind === 'predict' ? [unit.demo] : [],
  );
  return demos.flatMap((demo, index) =>
    demo.fails === true ? [] : [fixed(`${lesson.slug}/demo-${index + 1}`, demo.query, lesson.title, 'lesson')],
  );
}

function fixed(name: string, query: string, note: string, of: FoundQuery['of']): FoundQuery {
  return { name, query, note, of, variables: {} };
}
