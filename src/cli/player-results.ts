import { QueryError } from '../model/errors.ts';
import type { QueryResult } from '../model/query-result.ts';
import type { DemoResult } from '../render/lesson-demo.ts';
import { type Ground, momentAt } from '../tutor/ground.ts';
import type { Demo, Exercise, Lesson, Neighbour } from '../tutor/lesson.ts';
import { resolveText } from '../tutor/resolve.ts';

/** The name by which an exercise is called on the command line: 4.2. */
export function exerciseId(exercise: Pick<Exercise, 'number'>, lesson: Pick<Lesson, 'number'>): string {
  return `${lesson.number}.${exercise.number}`;
}

/** Runs a demo's query on the clock it is meant for. A refusal of Prometheus is a result, too. */
export async function demoResult(
  demo: Demo,
  { ground, now }: { readonly ground: Ground; readonly now: () => number },
): Promise<DemoResult> {
  const { show, query } = demo;
  if (show.live && ground.still !== undefined) return { kind: 'not-live' };
  const at = show.live ? undefined : momentAt(ground, show.at).ms;
  try {
    if (show.view !== 'graph') {
      return { kind: 'instant', result: await instant(ground, query, at), server: serverOf(ground), timeMs: at };
    }
    const endMs = at ?? now();
    const grid = { startMs: endMs - show.rangeMs, endMs, stepMs: show.stepMs };
    return { kind: 'range', result: await ground.source.range(query, { ...grid, ...signalOf(ground) }), grid };
  } catch (error) {
    if (error instanceof QueryError) return { kind: 'error', error };
    throw error;
  }
}

function serverOf({ still, source }: Ground): string {
  return still?.server ?? source.name;
}

/** Asks for one instant; without a time the server's own clock counts. Throws `QueryError` when it is refused. */
export function instant(ground: Ground, query: string, timeMs: number | undefined): Promise<QueryResult> {
  return ground.source.instant(query, { ...(timeMs === undefined ? {} : { timeMs }), ...signalOf(ground) });
}

function signalOf({ signal }: Ground): { readonly signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

export async function textsOf(lines: readonly string[], ground: Ground): Promise<readonly string[]> {
  return Promise.all(lines.map(async (line) => (await resolveText(line, ground)).text));
}

export async function neighboursOf(lesson: Lesson, ground: Ground): Promise<readonly Neighbour[]> {
  return Promise.all(
    lesson.neighbours.map(async ({ query, text }) => ({ query, text: (await resolveText(text, ground)).text })),
  );
}
