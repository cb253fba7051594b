import { NEEDS_STACK } from '../render/lesson-demo.ts';
import { envelopeOf } from '../render/machine.ts';
import { momentAt } from '../tutor/ground.ts';
import type { Demo, Unit, UnitKind } from '../tutor/lesson.ts';
import { resolveText, resolveUnit } from '../tutor/resolve.ts';
import type { PrintRoom } from './player-print.ts';
import { demoResult, exerciseId, neighboursOf, textsOf } from './player-view.ts';

/**
 * The whole lesson as one JSON document: what `lesson --print` shows, results in the API's envelope, times in
 * milliseconds since 1970. No answers are in it.
 */
export async function lessonJson(room: PrintRoom): Promise<string> {
  const { lesson, ground } = room;
  const units: unknown[] = [];
  for (const unit of lesson.units) {
    const resolved = await resolveUnit(unit, ground);
    const write = UNITS[resolved.kind] as (unit: Unit, room: PrintRoom) => Promise<unknown>;
    units.push(await write(resolved, room));
  }
  const { number, slug, title, chapter, minutes } = lesson;
  const goal = (await resolveText(lesson.goal, ground)).text;
  const summary = await textsOf(lesson.summary, ground);
  return JSON.stringify({
    number,
    slug,
    title,
    chapter,
    minutes,
    goal,
    units,
    summary,
    neighbours: await neighboursOf(lesson, ground),
  });
}

const UNITS: { readonly [K in UnitKind]: (unit: Extract<Unit, { kind: K }>, room: PrintRoom) => Promise<unknown> } = {
  read: async ({ kind, title, text }) => ({ kind, ...(title === undefined ? {} : { title }), text }),
  demo: demoJson,
  predict: async ({ kind, question, options, demo }, room) => ({
    kind,
    question,
    options: options.map(({ text }) => text),
    demo: await demoJson(demo, room),
  }),
  choice: async (unit, { lesson }) => ({
    kind: unit.kind,
    id: exerciseId(unit, lesson),
    task: unit.task,
    options: unit.options.map(({ key, text }) => ({ key, text })),
    several: unit.several,
  }),
  query: async (unit, { lesson, ground }) => ({
    kind: unit.kind,
    id: exerciseId(unit, lesson),
    task: unit.task,
    at: unit.at,
    timeMs: momentAt(ground, unit.at).ms,
  }),
};

async function demoJson(demo: Demo, { ground, context }: PrintRoom): Promise<unknown> {
  const { kind, query, before, after, show } = demo;
  const shown = await demoResult(demo, { ground, now: context.io.now });
  const failed = shown.kind === 'error' ? shown.message : shown.kind === 'not-live' ? NEEDS_STACK : undefined;
  const answered = 'result' in shown ? (shown.result.envelope ?? envelopeOf(shown.result)) : undefined;
  const result = answered ?? { status: 'error', error: failed };
  const at = show.live ? 'live' : show.at;
  const grid = shown.kind === 'range' ? shown.grid : { timeMs: shown.kind === 'instant' ? shown.timeMs : undefined };
  return { kind, query, at, view: show.view, ...grid, before, after, result };
}
