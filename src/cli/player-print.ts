import type { CheckpointName } from '../model/scenario.ts';
import {
  type LessonClock,
  renderAnswerCommand,
  renderMoment,
  renderNextCommand,
  renderRead,
  renderSummary,
  renderTitle,
  typedQuery,
} from '../render/lesson.ts';
import { renderDemo, renderRefusal, renderRows } from '../render/lesson-demo.ts';
import { renderAct, renderQuestion } from '../render/lesson-question.ts';
import { prose } from '../render/prose.ts';
import { askerOf } from '../tutor/ask.ts';
import { type Ground, momentAt } from '../tutor/ground.ts';
import type { Demo, Exercise, Lesson, Unit, UnitKind } from '../tutor/lesson.ts';
import { resolveText, resolveUnit } from '../tutor/resolve.ts';
import { momentOfUnit } from '../tutor/session-screens.ts';
import type { Context } from './context.ts';
import { drawPicture } from './player-picture.ts';
import { demoResult, exerciseId, neighboursOf, textsOf } from './player-results.ts';

export type PrintRoom = {
  readonly context: Context;
  readonly lesson: Lesson;
  readonly ground: Ground;
  readonly t0Ms: number | undefined;
  /** What stands behind our commands so that they ask the same server. */
  readonly suffix: string;
  /** The lesson that comes after this one; undefined at the end of the course. */
  readonly next: Lesson | undefined;
};

/**
 * The whole lesson on stdout: prose, tables and charts as the data gives them, exercises as tasks with the command that
 * answers them, and no answers. Each unit is printed as soon as it is there.
 */
export async function printLesson(room: PrintRoom): Promise<void> {
  const { context, lesson, ground } = room;
  const { style } = context;
  const print = (block: string) => {
    if (block !== '') context.out(`${block}\n`);
  };
  print(renderTitle({ ...lesson, goal: (await resolveText(lesson.goal, ground)).text }, style));
  const clock = { t0Ms: room.t0Ms, nowMs: context.io.now() };
  let before = '';
  for (const unit of lesson.units) {
    const resolved = await resolveUnit(unit, ground);
    const moment = momentLine(resolved, clock, room);
    if (moment !== '' && moment !== before) print(moment);
    if (moment !== '') before = moment;
    const draw = UNITS[resolved.kind] as (unit: Unit, room: PrintRoom) => Promise<string>;
    print(await draw(resolved, room));
  }
  print(renderSummary(await textsOf(lesson.summary, ground), await neighboursOf(lesson, ground), style));
  const command = room.next === undefined ? 'progress' : `lesson ${room.next.number}`;
  context.out(renderNextCommand(`prom-tutor ${command}${room.suffix}`, style));
}

const UNITS: { readonly [K in UnitKind]: (unit: Extract<Unit, { kind: K }>, room: PrintRoom) => Promise<string> } = {
  read: async (unit, { context }) => renderRead(unit, context.style),
  demo: drawDemo,
  predict: async (unit, room) =>
    [renderQuestion(unit, '', room.context.style), await drawDemo(unit.demo, room)].join('\n\n'),
  picture: async (unit, { context, ground }) => drawPicture(unit, ground, context.style),
  act: async (unit, room) =>
    [
      renderAct(unit, 'by command', room.context.style),
      prose('Without doing it, in the written history:', room.context.style),
      await drawDemo(unit.instead, room),
    ].join('\n\n'),
  choice: async (unit, room) => exercise(unit, '<number>', room),
  error: async (unit, room) => [await ran(unit.query, 'quiet', room), exercise(unit, '<number>', room)].join('\n\n'),
  query: async (unit, room) => exercise(unit, "'<query>'", room),
  fix: async (unit, room) => [await ran(unit.broken, unit.at, room), exercise(unit, "'<query>'", room)].join('\n\n'),
  number: async (unit, room) => [await drawDemo(unit.show, room), exercise(unit, '<number>', room)].join('\n\n'),
  report: async (unit, room) => exercise(unit, "'<report>'", room),
};

/** A query as if it had been typed, and what comes of it. */
async function ran(query: string, at: CheckpointName, { ground, context }: PrintRoom): Promise<string> {
  const outcome = await askerOf(ground).at(query, momentAt(ground, at));
  const drawn =
    outcome.kind === 'ok'
      ? renderRows(outcome.result, 10, context.style)
      : renderRefusal(query, outcome.error, context.style);
  return [typedQuery(query, context.style), drawn].join('\n');
}

async function drawDemo(demo: Demo, { context, ground }: PrintRoom): Promise<string> {
  return renderDemo(demo, await demoResult(demo, { ground, now: context.io.now }), context.style);
}

function exercise(unit: Exercise, answer: string, room: PrintRoom): string {
  const { style } = room.context;
  const id = exerciseId(unit, room.lesson);
  return [
    renderQuestion(unit, id, style),
    renderAnswerCommand(`prom-tutor check ${id} ${answer}${room.suffix}`, style),
  ].join('\n\n');
}

/** Which moment a unit looks at; said when it changes. */
function momentLine(unit: Unit, clock: LessonClock, { ground, context }: PrintRoom): string {
  const at = momentOfUnit(unit, false);
  if (at === undefined) return '';
  return renderMoment(at === 'live' ? 'live' : momentAt(ground, at), clock, context.style);
}
