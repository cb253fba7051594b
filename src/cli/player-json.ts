import type { CheckpointName } from '../model/scenario.ts';
import { NEEDS_STACK } from '../render/lesson-demo.ts';
import { faultCommand } from '../render/lesson-question.ts';
import { envelopeOf } from '../render/machine.ts';
import { safeJson } from '../render/safe.ts';
import { askerOf } from '../tutor/ask.ts';
import { momentAt } from '../tutor/ground.ts';
import type { AnsweredByPick, Demo, Exercise, Unit, UnitKind } from '../tutor/lesson.ts';
import { resolveText, resolveUnit } from '../tutor/resolve.ts';
import { pictureData } from './player-picture.ts';
import type { PrintRoom } from './player-print.ts';
import { demoResult, exerciseId, neighboursOf, textsOf } from './player-results.ts';

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
  return safeJson({
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
  picture: async ({ kind, of, query, at, before, after }, { ground }) => {
    const timeMs = momentAt(ground, at).ms;
    return { kind, of, query, at, timeMs, before, data: await pictureData({ of, query }, ground, timeMs), after };
  },
  act: async ({ kind, task, actions, expect, absent, withinMs, meanwhile, after, instead }, room) => ({
    kind,
    task,
    commands: actions.map(faultCommand),
    expect,
    absent,
    withinMs,
    meanwhile,
    after,
    instead: await demoJson(instead, room),
  }),
  choice: async (unit, room) => picksJson(unit, room),
  error: async (unit, room) => ({
    ...picksJson(unit, room),
    query: unit.query,
    ...(await outcomeJson(unit.query, 'quiet', room)),
  }),
  query: async (unit, room) => ({ ...exerciseJson(unit, room), ...momentJson(unit, room) }),
  fix: async (unit, room) => ({
    ...exerciseJson(unit, room),
    ...momentJson(unit, room),
    broken: unit.broken,
    ...(await outcomeJson(unit.broken, unit.at, room)),
  }),
  number: async (unit, room) => ({
    ...exerciseJson(unit, room),
    ...momentJson(unit, room),
    unit: unit.unit,
    show: await demoJson(unit.show, room),
  }),
  report: async (unit, room) => ({ ...exerciseJson(unit, room), ...momentJson(unit, room) }),
};

function exerciseJson({ kind, task, number }: Exercise, { lesson }: PrintRoom) {
  return { kind, id: exerciseId({ number }, lesson), task };
}

function picksJson(unit: AnsweredByPick, room: PrintRoom) {
  const options = unit.options.map(({ key, text }) => ({ key, text }));
  return { ...exerciseJson(unit, room), options, several: unit.several };
}

function momentJson({ at }: { readonly at: CheckpointName }, { ground }: PrintRoom) {
  return { at, timeMs: momentAt(ground, at).ms };
}

/** What comes of a query that is to be mended or explained. */
async function outcomeJson(
  query: string,
  at: CheckpointName,
  { ground }: PrintRoom,
): Promise<{ readonly result: unknown }> {
  const outcome = await askerOf(ground).at(query, momentAt(ground, at));
  return {
    result:
      outcome.kind === 'ok'
        ? (outcome.result.envelope?.json() ?? envelopeOf(outcome.result))
        : { status: 'error', errorType: outcome.error.errorType, error: outcome.error.message },
  };
}

async function demoJson(demo: Demo, { ground, context }: PrintRoom): Promise<unknown> {
  const { kind, query, before, after, show } = demo;
  const shown = await demoResult(demo, { ground, now: context.io.now });
  const failed = shown.kind === 'error' ? shown.error.message : shown.kind === 'not-live' ? NEEDS_STACK : undefined;
  const answered = 'result' in shown ? (shown.result.envelope?.json() ?? envelopeOf(shown.result)) : undefined;
  const result = answered ?? { status: 'error', error: failed };
  const at = show.live ? 'live' : show.at;
  const grid = shown.kind === 'range' ? shown.grid : { timeMs: shown.kind === 'instant' ? shown.timeMs : undefined };
  return { kind, query, at, view: show.view, ...grid, before, after, result };
}
