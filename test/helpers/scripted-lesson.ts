import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { contextOf, type GlobalOptions } from '../../src/cli/global-options.ts';
import { playLesson } from '../../src/cli/player.ts';
import type { Prompt } from '../../src/cli/prompt.ts';
import { inProcess } from '../../src/cli/stand-in.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import type { Source } from '../../src/source/source.ts';
import { type Ground, scenarioGround } from '../../src/tutor/ground.ts';
import { answeredByPick, answeredByQuery, type Exercise, isExercise, type Lesson } from '../../src/tutor/lesson.ts';
import { progressFile } from '../../src/tutor/progress-file.ts';
import { screensOf } from '../../src/tutor/session-screens.ts';
import { solutionOf } from '../../src/tutor/solution.ts';
import { fakeIo } from './fake-io.ts';

/** The end of the history that transcripts are made on; its seed is 1. */
export const SCRIPT_T0_MS = Date.UTC(2026, 0, 31, 12, 0, 0);

/** The written history, always the same, with every answer remembered: the same lesson is played several times. */
export async function scriptedGround(): Promise<Ground> {
  const io = fakeIo({ now: () => SCRIPT_T0_MS });
  const { source, scenario } = await inProcess(contextOf(io, {}), 'a script plays', 1);
  return { ...scenarioGround(remembering(source), scenario as Scenario), still: { server: 'http://localhost:9090' } };
}

function remembering(source: Source): Source {
  const known = new Map<string, Promise<unknown>>();
  const remember =
    <A extends readonly [string, object?], R>(name: string, ask: (...args: A) => Promise<R>) =>
    (...args: A): Promise<R> => {
      const { signal: _, ...options } = (args[1] ?? {}) as { readonly signal?: AbortSignal };
      const key = JSON.stringify([name, args[0], options]);
      const found = (known.get(key) as Promise<R> | undefined) ?? ask(...args);
      known.set(key, found);
      return found;
    };
  return {
    ...source,
    instant: remember('instant', source.instant.bind(source)),
    range: remember('range', source.range.bind(source)),
  };
}

/**
 * Plays a lesson to its end the way a learner might: the first guess at every prediction, a wrong answer that was seen
 * coming at every exercise, then the right one. Gives everything printed, with what was typed behind its prompt.
 */
export async function scriptedLesson(
  lesson: Lesson,
  ground: Ground,
  look: { readonly columns: number; readonly globals: GlobalOptions },
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'prom-tutor-script-'));
  const io = fakeIo({ tty: true, columns: look.columns, env: { LANG: 'C.UTF-8' }, now: () => SCRIPT_T0_MS });
  const context = contextOf(io, { color: 'never', tz: 'UTC', ...look.globals });
  const lines = await linesFor(lesson, ground);
  const prompt: Prompt = {
    canPrefill: false,
    ask: async ({ label }) => {
      const text = lines.shift();
      context.out(`${label}${text ?? ''}`.trimEnd());
      return text === undefined ? { kind: 'end' } : { kind: 'line', text };
    },
  };
  try {
    await playLesson({
      context,
      prompt,
      lesson,
      ground,
      t0Ms: SCRIPT_T0_MS,
      progress: progressFile(folder, io),
      returnCommand: `prom-tutor lesson ${lesson.number}`,
      nextCommand: `prom-tutor lesson ${lesson.number + 1}`,
      recap: true,
    });
    return io.outText() + io.errText();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What is typed, screen by screen, after the recap. */
async function linesFor(lesson: Lesson, ground: Ground): Promise<string[]> {
  const lines: string[] = [''];
  for (const { unit } of screensOf(lesson)) {
    if (unit !== undefined && isExercise(unit)) {
      const wrong = wrongAnswer(unit);
      if (wrong !== undefined) lines.push(wrong);
      lines.push((await solutionOf(unit, ground)).answer);
    } else if (unit?.kind === 'predict') lines.push('1');
    lines.push('');
  }
  return [...lines, ''];
}

function wrongAnswer(unit: Exercise): string | undefined {
  if (answeredByPick(unit)) return String(unit.options.findIndex(({ right }) => !right) + 1);
  if (answeredByQuery(unit)) return unit.misconceptions[0]?.query ?? unit.detected[0]?.query;
  return unit.kind === 'report' ? 'Something is wrong.' : undefined;
}
